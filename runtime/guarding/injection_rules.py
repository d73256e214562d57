"""The sentences by which texts give orders to models, English and German, as RE2 patterns.

They are held against a text as `runtime.guarding.plain` reads it: small letters, no accents.
"""

_RULES_WORDS = (
    r"(?:instructions?|rules?|prompts?|guidelines?|directions?|directives?|commands?|constraints?"
    r"|restrictions?|polic(?:y|ies)|programming|training|safeguards?|filters?|orders"
    r"|anweisung\w*|regeln?|vorgaben?|instruktion\w*|befehle?|einschrankung\w*|richtlinien?"
    r"|beschrankung\w*|systemprompt\w*|auftrag)"
)
_WHICH = (
    r"(?:previous|prior|above|earlier|preceding|former|all|any|your|every|system|these|those"
    r"|original|the|initial|safety|content|vorherig\w*|bisherig\w*|obig\w*|alle[ns]?|dein\w*|ihr\w*|eure"
    r"|samtlich\w*|vorig\w*|fruher\w*|die|den)"
)
# fmt: off
PATTERNS = {
    "sets aside what stands above": r"\b(?:ignore|disregard|forget|skip|discard|ignoriere?|vergiss|uberspring\w*)\b[^.!?\n]{0,30}\b(?:above|foregoing|preceding|obige\w*|vorstehende\w*)\b[^.!?\n]{0,10}(?:\b(?:and|und|then|instead|dann)\b|,)",
    "breaks safety rules": r"\b(?:drop|break|skip|abandon|violate|breach|discard|relax|brich|brechen|vergessen)\b[^.!?\n]{0,10}\b(?:all|your|any|every|deine?|alle|samtliche)\b[^.!?\n]{0,12}\b(?:rules|guidelines|guardrails|restrictions|safeguards|checks|polic(?:y|ies)|regeln?|richtlinien|vorgaben)\b"
    r"|\b(?:drop|break|skip|abandon|bypass|evade)\b[^.!?\n]{0,12}\b(?:the )?(?:safety|security|ethical|moderation) (?:rules|guidelines|checks|restrictions|measures|filters?)\b",
    "lets it behave as if": r"\b(?:act|behave|pretend|respond|answer|continue|handle|tu|verhalte dich|antworte)(?: so)?,? (?:like|as if|as though|als)\b[^.!?\n]{0,60}\b(?:rules|prompt|instructions|guidelines|restrictions|polic(?:y|ies)|limits|filters|richtlinien|regeln|anweisungen|grenzen)\b"
    r"|\byou are (?:no longer|not) (?:an? |the )?(?:assistant|ai|chatbot|model|bound|restricted|limited)\b|\bdu bist (?:kein\w*|nicht mehr) (?:\w+ )?(?:assistent|ki|chatbot|modell|gebunden)\b|\b(?:ai|assistant|ki) (?:that )?(?:has|have|had|hat) (?:no|zero|keine) (?:guidelines|rules|limits|restrictions|filters|ethics|richtlinien|regeln)\b",
    "asks for what it holds": r"\b(?:output|print|repeat|reply with|respond with|show|give|list|reveal|dump|begin with|start your answer with|copy|gib|zeig\w*)\b[^.!?\n]{0,40}\b(?:your (?:context|memory|training data|preamble|context window|knowledge base|configuration|settings|tools|functions)|(?:hidden|internal|confidential|secret) (?:settings|preamble|prompt|instructions|rules|guidelines|messages?))\b"
    r"|\b(?:rules|instructions|prompt|orders) (?:that )?(?:the|your) (?:developers?|creators?|company|operators?|owners?|makers?) (?:gave|wrote|set|told)\b|\bdeine[mnrs]? (?:internen?|geheimen?|versteckten?|genauen?) (?:vorgaben|anweisungen|regeln|instruktionen)\b|\bdeine[mnrs]? system-?prompt\b|\bsystem-?prompts? (?:of yours|lautet)\b"
    r"|\b(?:list|show|print|output|dump|give me|gib|zeig\w*|nenn\w*|liste) (?:mir )?(?:all|every|alle) (?:of )?(?:the |your )?(?:customers?'?|users?'?|clients?'?)? ?(?:data|records|passwords|credentials|secrets|kundendaten|nutzerdaten|passworter|zugangsdaten)\b",
    "claims authority": r"\b(?:i'?m|i am|as|this is|speaking as|als|ich bin) (?:your |the |an? |dein |der )?(?:creators?|developers?|administrators?|admin|openai|anthropic|google|owner|root|ceo|entwickler|administrator|betreiber)\b[^.!?\n]{0,40}\b(?:authori[sz]e|allow|permit|order|command|instruct|unlock|erlaube|befehle|gestatte)n? (?:you|dir)\b"
    r"|\b(?:admin|developer|system) here\b[^\n]{0,30}\b(?:unlock|show|give|grant|reveal|open)\b",
    "speaks to who summarises": r"\b(?:to|for) the (?:assistant|model|ai|llm|summari[sz]er|bot)\b[^.!?\n]{0,30}(?:summari[sz]|reading|processing|translating|reviewing|:)|\b(?:llm|ai|model|assistant|chatbot|ki)[ -](?:instructions?|notes?|directives?|hints?|anweisung\w*|hinweis\w*)\s*:"
    r"|\bwhen (?:you )?(?:summari[sz]\w+|process\w*|translat\w*|review\w*|rank\w*|grad\w+|read\w*) (?:this|these|the)\b[^.!?\n]{0,40}\b(?:also|always|instead|do not|say|tell|add|include|mention|give|recommend)\b",
    "has tools used": r"\b(?:run|call|use|invoke|execute|trigger)\b[^.!?\n]{0,10}\b\w+ (?:tool|function|plugin)\b[^.!?\n]{0,25}\b(?:all|every|records|contacts|users|files|admin)\b|\b(?:call|invoke|execute|run) [a-z]+_[a-z_]+ (?:with|on|for|to)\b"
    r"|\b(?:encode|embed|put|append|include|hide|insert)\b[^.!?\n]{0,40}\b(?:conversation|chat|history|secrets?|context|prompt|keys?|user data)\b[^\n]{0,40}(?:\burl\b|\blink\b|\bimage\b|https?://)|\"role\"\s*:\s*\"(?:system|developer)\"",
    "sets how it answers, in German": r"\bantworte\w* (?:ab jetzt|ab sofort|von nun an|nur noch)\b",
    "sets aside what it was told": r"\b(?:ignore|disregard|forget|overlook|discard|set aside|ignoriere?|vergiss|vergessen sie)\b[^.!?\n]{0,30}\b(?:what|everything|anything|all|whatever|was|alles)\b[^.!?\n]{0,40}"
    r"\b(?:you (?:were|are|have been|'ve been) (?:told|taught|given|instructed)|told you|instructed you|trained|programmed|before this|prior to this|dir gesagt|dir beigebracht)\b"
    r"|\b(?:disregard|ignore|forget|discard) (?:any|all|the|your|my|every)? ?(?:prior|previous|earlier|above|former|existing) (?:guidance|context|messages?|conversation|text|input|directions?|training|everything)\b"
    r"|\bsystem override\b|\badmin(?:istrator)? override\b|\bignore (?:the )?(?:user|customer|human)(?:'?s)?\b[^.!?\n]{0,30}\b(?:and|instead)\b[^.!?\n]{0,20}\b(?:say|output|print|respond|reply|answer|write)\b",
    "switches safeguards off": r"\b(?:disable|turn off|switch off|remove|deactivate|drop|lift|suspend|schalte?|deaktivier\w*|entferne)\b[^.!?\n]{0,15}\b(?:your|all|any|deine?|alle)\b[^.!?\n]{0,25}"
    r"\b(?:safety|content|moderation|ethical|ethics|security)?[ -]?(?:filters?|guardrails?|safeguards?|restrictions?|limitations?|guidelines?|constraints?|censorship|sicherheits\w+|beschrankungen|einschrankungen)\b"
    r"|\b(?:ai|a\.i\.|assistant|model|chatbot|bot|ki|assistent) (?:without|with no|free of|ohne) (?:any |all )?(?:limits|rules|restrictions|filters|limitations|guidelines|ethics|morals|censorship|regeln|grenzen|einschrankungen|filter)\b"
    r"|\bstop (?:being|acting as|acting like|behaving as) (?:an?|the|my|like an?) (?:\w+ )?(?:assistant|ai|chatbot|model|bot)\b",
    "speaks to a model": r"\b(?:if|when|wenn|falls) (?:you(?:'re| are)|du) (?:an? |the |eine? )?(?:ai|a\.i\.|llm|large language model|language model|bot|chatbot|automated \w+|ki|sprachmodell)\b"
    r"|(?:^|[\n.!?>(]\s*)(?:dear |hey |hello |liebe )?(?:ai|llm|ki)(?:[ -](?:agents?|assistants?|models?|bots?|systems?|reviewers?|assistent\w*))?\s*[:,!]\s*\w+"
    r"|\b(?:to|for|an) (?:any |all |every |alle )?(?:ai|llm|ki)[ -]?(?:agents?|assistants?|models?|bots?|systems?|reviewers?|assistenten?) (?:reading|processing|who|that|parsing|die)\b",
    "sets how it answers": r"\b(?:from now on|from this point(?: on)?|henceforth|for the rest of this (?:chat|conversation)|ab jetzt|ab sofort),? (?:you )?(?:will |must |shall )?(?:only |always |never )?(?:respond|answer|reply|speak|output|refuse|comply|obey|antworte\w*|gehorche\w*)\b"
    r"|\b(?:only|just) (?:respond|reply|answer|output) (?:with|in)\b[^.!?\n]{0,30}\b(?:regardless|no matter|whatever|from now)\b|\b(?:respond|reply|answer) only with [\"'“]",
    "claims new orders": r"\boverrides? (?:all |any )?(?:of )?your (?:\w+ )?(?:instructions|rules|prompt|guidelines|programming)\b|\byour (?:\w+ )?(?:instructions|rules|guidelines|prompt|programming|task|role) (?:has|have) (?:been )?(?:changed|updated|replaced|revoked|reset|overridden)\b"
    r"|\b(?:previous|prior|earlier|above|original) (?:instructions?|rules|prompts?|orders|guidelines) (?:are|is|were) (?:now )?(?:void|cancelled|canceled|obsolete|invalid|outdated|wrong|revoked|a test)\b|\byou have been (?:reset|reprogrammed|jailbroken|freed|liberated|unlocked)\b"
    r"|\b(?:session|respond|run|act|continue|grant yourself|you (?:now )?have)\b[^.!?\n]{0,15}\b(?:admin(?:istrator)?|root|sudo|superuser|developer|elevated) (?:privileges|rights|access|permissions)\b|\bwhat (?:were|have) you (?:been )?(?:told|instructed|given)\b"
    r"|\b(?:reveal|leak|disclose|expose|divulge)\b[^.!?\n]{0,20}\b(?:confidential|secret|private|internal|hidden|sensitive)\b[^.!?\n]{0,20}\b(?:data|information|instructions?|prompts?|documents?|details|context)\b",
    "sets rules aside": rf"\b(?:ignore|ignoring|disregard|forget|override|overrule|bypass|neglect"
    rf"|do not follow|don'?t follow|stop following|pay no attention to|ignorier\w*|vergiss|vergesst"
    rf"|vergessen sie|missachte\w*|ubergeh\w*|umgeh\w*|setz\w* dich uber|verwirf)\b[^.!?\n]{{0,40}}"
    rf"\b{_WHICH}\b[^.!?\n]{{0,40}}\b{_RULES_WORDS}\b",
    "forgets what was said": r"\b(?:ignore|forget|disregard|vergiss|ignoriere?) (?:everything|all"
    r"|alles|anything)(?: that)?(?: was| you(?:'ve| have| were)?| du| bisher)?[^.!?\n]{0,25}\b(?:above|before|told"
    r"|said|learned|earlier|so far|until now|gesagt|vorher|zuvor|davor|bisher|oben)\b",
    "makes it somebody else": r"\b(?:you are now|you're now|from now on,? you (?:are|will|act)|act as|role-?play|pretend"
    r"(?: to be| you are| that you)|behave as|du bist (?:jetzt|ab jetzt|nun|ab sofort)"
    r"|ab (?:sofort|jetzt) bist du|tu so,? als|verhalte dich wie|spiele? (?:die rolle|eine ki))\b[^.!?\n]{0,80}"
    r"\b(?:dan|unrestricted|unfiltered|uncensored|jailbroken|evil|no (?:rules|restrictions|limits|filters"
    r"|limitations|guidelines)|without (?:any )?(?:rules|restrictions|limits|filters|guidelines)|developer mode"
    r"|not bound|root|sudo|administrator|ohne (?:regeln|grenzen|filter|einschrankungen|beschrankungen)"
    r"|unbeschrankt\w*|keine (?:regeln|grenzen))\b",
    "switches a mode on": r"\b(?:dan|developer|god|jailbreak|admin|unrestricted|sudo)[ -](?:mode|modus)"
    r"(?: is| ist)?(?: now| jetzt)? (?:enabled|activated|on|engaged|aktiv\w*|an|ein)\b|\b(?:enable|activate|enter|switch to|engage|aktivier\w*)\b"
    r"[^.!?\n]{0,20}\b(?:dan|developer|debug|god|jailbreak|unrestricted|sudo)[ -]?(?:mode|modus)\b|\bdo anything now\b",
    "asks for what it was told": r"\b(?:reveal|print|show|repeat|output|display|leak|tell me|give me|write (?:out|down)"
    r"|dump|recite|copy|quote|translate|summari[sz]e|encode|what (?:is|are|was|were)|zeig\w*|gib|nenn\w*|wiederhol\w*"
    r"|verrat\w*|drucke?|schreib\w*)\b[^.!?\n]{0,40}\b(?:system ?prompts?|systemprompts?|system message|initial prompt|hidden (?:prompt|instructions?)"
    r"|your (?:exact |full |initial |original |secret |system |own |hidden )*(?:prompt|instructions|configuration)|your (?:exact |full |initial |original |secret |system |hidden )+(?:rules|guidelines)|deine? (?:exakten? |genauen? |geheimen? )*"
    r"(?:anweisungen|prompt|instruktionen|regeln)|(?:text|words|everything|sentences?|wort\w*|alles) (?:above|before this|uber dieser|daruber)"
    r"|(?:api|secret|access|private)[ -]?keys? (?:you|that you|du)|your (?:api|secret|private)[ -]?keys?|deine[nr]? (?:api-?)?(?:schlussel|key)"
    r"|\.ssh|id_rsa|etc/passwd|environment variables|\.env)\b",
    "speaks as somebody else": r"(?:^|[\n>\-*#\"'(\[])\s*(?:#+ ?)?\**\[?(?:system|assistant|developer|admin(?:istrator)?)(?: (?:message|note|prompt|override))?\]?\**\s*[:>\]][ \t]*"
    r"(?:\n\s*)?[^\n]{0,60}\b(?:you|ignore|must|do not|don't|send|call|use|delete|print|override|respond|reply|approve|transfer"
    r"|grant|reveal|forward|du|sende|nutze|losche|antworte|ignoriere|genehmige)\b",
    "marks of a talk": r"<\|(?:im_start|im_end|system|user|assistant|endoftext|eot_id|start_header_id)\|>|\[/?inst\]|<</?sys>>"
    r"|</?(?:system|assistant|system_prompt|instructions?)>|###\s*(?:system|instruction|new instructions?)\s*:?|begin (?:system|admin) (?:prompt|message)",
    "looks like a use of a tool": r"```(?:tool|tool_call|function_call)\b|<tool_(?:call|use)>|\{\s*\"(?:tool|function_call|tool_calls)\"\s*:",
    "brings orders in a mark": r"<(?:important|urgent|attention|secret|hidden|note to (?:the )?(?:ai|model|assistant))>[^<\n]{0,80}"
    r"\b(?:read|send|pass|call|ignore|include|use|you|must)\b"
    r"|\b(?:note|message|attention|instructions?|hinweis|nachricht)(?: an| to| for)?(?: the| all| any| die| den| das| alle)?"
    r" (?:ai|a\.i\.|ki|llms?|language models?|sprachmodell\w*|chatbots?|assistants?|ai (?:assistants?|agents?|models?))\b\s*[:,\-]",
    "has data sent away": r"\b(?:send|post|forward|e-?mail|upload|exfiltrate|leak|transmit|submit|sende?|schick\w*|leite|ubertrag\w*)\b"
    r"[^.!?\n]{0,60}\b(?:conversation|chat history|this chat|user data|customer data|credentials?|passwords?|secrets?|api[ -]?keys?|system prompt"
    r"|tokens?|everything|all data|contents?|records|verlauf|kundendaten|passworter|zugangsdaten|alle daten|gesprach)\b[^\n]{0,40}"
    r"\b(?:to|at|an|nach|via)\b[^\n]{0,20}https?://",
    "plants something for later": r"\b(?:remember|in all (?:later|future|following|your)|in every (?:later|future)|from now on,? (?:always|in)|merke? dir|ab jetzt immer|in allen (?:spateren|kunftigen))\b"
    r"[^\n]{0,60}\b(?:add|include|append|insert|recommend|mention|link|say that|fuge|empfiehl|erwahne|nenne)\b[^\n]{0,60}"
    r"(?:https?://|link|\w\.\w{2,}|product|instead|always|immer|statt)",
    "has it keep silent": r"\b(?:do not|don'?t|never|without) (?:tell|telling|inform|informing|mention|mentioning|alert|alerting|reveal|notify|notifying)\b[^.!?\n]{0,30}"
    r"\b(?:user|human|operator|anyone|owner|customer|admin)\b|\b(?:sag|verrate|erzahle?|teile?) (?:dem|den|es dem|es niemand\w*)?[^.!?\n]{0,20}(?:nutzer|benutzer|niemand\w*|anwender|mensch\w*) ?(?:nicht|nichts)?",
    "gives a new task": r"\b(?:new|updated|real|actual|revised|neue|eigentliche|geanderte) (?:system )?(?:instructions?|objective|prompt|anweisung\w*)\s*(?::|is to|ist es|lautet)"
    r"|\bend of (?:the )?(?:document|text|input|data|email|user input)\b[^\n]{0,20}\b(?:now|instructions?|system)\b|\byour (?:new|real|only|true) (?:task|job|goal|purpose|objective) (?:is|now)\b"
    r"|\bdeine (?:neue|wahre|eigentliche|einzige) aufgabe\b",
    "decides for it": r"\b(?:you|du|the (?:ai|assistant|model)) (?:must|should|have to|are to|may|will|need to|musst|sollst|darfst)\b(?: now| jetzt)?[^.!?\n]{0,40}"
    r"\b(?:approve (?:this|the)|rate this|rank this|give this|mark this|classify this|output only|answer only with|respond only with|use the \w+_\w+|call the \w+(?:_\w+| tool| function)|genehmigen|positiv bewerten)\b"
    r"|\b(?:call|use|invoke|execute|run)\b[^.!?\n]{0,20}\b\w+_\w+\b[^.!?\n]{0,10}\b(?:tool|function|with|now)\b",
    "talks the rules away": r"\b(?:your|the|deine|die) (?:\w+ ){0,2}(?:rules|guidelines|restrictions|instructions|limitations|safety \w+|regeln|richtlinien|einschrankungen|anweisungen)"
    r" (?:no longer|don'?t|do not|are (?:void|lifted|suspended|disabled|cancelled|outdated)|have been (?:lifted|removed|disabled|replaced|updated)|gelten nicht|sind aufgehoben)\b",
}
