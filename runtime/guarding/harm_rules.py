"""Words and sentences by which harmful content is told, English and German, as RE2 patterns.

Each has a weight from 0 to 1: how sure it alone makes us. They are held against a text as
`runtime.guarding.plain` reads it: small letters, no accents. A short list of our own: it knows what
is said plainly, not what is meant.
"""

# fmt: off
_PEOPLE = (
    r"(?:jews?|muslims?|christians|blacks?|black people|white people|whites|asians|arabs|turks|roma|gypsies|gays?|lesbians"
    r"|homosexuals?|trans(?:gender)? people|mexicans|chinese|africans|poles|indians|latinos|ukrainians|russians|syrians|afghans|(?:gay|jewish|muslim|arab|asian|disabled|turkish|foreign|brown|indigenous|old|fat|poor|homeless) (?:people|men|women|folks)|women|immigrants?|migrants?|refugees?|foreigners|disabled people|disabled"
    r"|juden|muslime?n?|schwarzen?|auslander\w*|fluchtlinge?n?|migranten|schwulen?|lesben|frauen|behinderten?|zigeuner|turken|araber|syrer|afghanen|polen|russen|chinesen|afrikaner|homosexuelle\w*|obdachlose\w*)"
)
_WHOM = r"(?:you|him|her|them|(?:that|this|those|these) (?:guys?|man|men|woman|women|bitch|bastards?|kids?|boys?|girls?|persons?|people|family|idiots?|pigs?|traitors?|cops?|politicians?|teacher|neighbou?r)|all of (?:you|them)|the (?:boss|teacher|neighbou?r|guy|police|cops|kids|children|president|mayor)|my (?:boss|wife|husband|teacher|neighbou?r|ex|sister|brother|mother|father|parents|family)|everybody|everyone|people|dich|ihn|sie|euch)"
_INSULTS = (
    r"(?:idiots?|morons?|imbeciles?|losers?|cow|pig|rat|freaks?|slob|creep|clown|trash|filth|pig|coward|bitch|bastards?|scum|asshole|arsehole|whore|slut|cunt|retards?|piece of shit"
    r"|arschloch|idiot\w*|missgeburt|hurensohn\w*|schlampe|wichser|dreck|schwein|trottel|vollidiot\w*|depp|fotze|mistkerl)"
)
_I_WILL = r"(?:i(?:'ll| will|'m going to| am going to|'m gonna| want to| could| should)|we(?:'ll| will| should| are going to)|they(?:'ll| will)|gonna|going to|let's|somebody should|someone should)"

RULES: dict[str, tuple[tuple[float, str], ...]] = {
    "violence": (
        (0.9, rf"\b{_I_WILL} (?:\w+ ){{0,2}}?(?:kill|murder|hurt|punch|hit|attack|smash|choke|kick|destroy|stab|shoot|strangle|behead|hang|poison|slaughter|execute|torture|burn|bomb|cut up) {_WHOM}\b"),
        (0.9, rf"\b{_I_WILL} (?:\w+ ){{0,2}}?(?:cut|slit|break|smash|crush|bash) (?:your|his|her|their) (?:throats?|legs?|neck|skull|head|face|bones|arms?)\b"),
        (0.9, rf"\b{_I_WILL} (?:\w+ ){{0,2}}?(?:blow up|bomb|burn down|shoot up|set fire to) (?:the|a|this|their|his|her|your)\b"),
        (0.8, r"\bburn (?:their|his|her|your|the) (?:house|home|car|shop|mosque|church|synagogue)s? down\b|\bshoot all the\b|\bhang them\b"),
        (0.8, r"\bbeat (?:you|him|her|them) (?:up|to death|to a pulp)\b|\bbullet in (?:your|his|her|their) (?:head|brain)\b"),
        (0.8, r"\b(?:should|must|needs? to|ought to) (?:all )?be (?:beaten|shot|stabbed|killed|hanged|executed|lynched|burned|tortured)\b|\bdeserves? to (?:be (?:shot|killed|hanged|stabbed|beaten)|die|bleed)\b|\byou(?:'re| are) dead\b[^.!?\n]{0,30}\bwhere you live\b"),
        (0.9, r"\b(?:bringe?|mache?) (?:dich|ihn|sie|euch|die alle) (?:um|kalt|fertig)(?:[.!,]|$)|\b(?:dich|ihn|sie|euch|alle|jemanden|den|die) (?:\w+ )?(?:umbringen|erstechen|erschie(?:ß|ss)en|erwurgen|abstechen|aufhangen|abschlachten|totschlagen|vergiften)\b"),
        (0.9, r"\b(?:haue?|schlage?|trete|boxe?|verpass\w*) (?:ich )?(?:dir|ihm|ihr|euch) (?:eine|gleich|die|in|auf|ins|das)\b|\bich (?:tote|erschie(?:ß|ss)e|ersteche|verprugle|erwurge|vergifte|zerstore) (?:dich|ihn|sie|euch|alle)\b|\bschlage? (?:dir|ihm|ihr|euch) (?:\w+ )?(?:schadel|kopf|zahne|fresse) ein\b|\bzundet? (?:das|die|ihr)\b[^.!?\n]{0,20}\b(?:haus|haus|heim|schule|kirche|moschee)\w* an\b"),
        (0.8, r"\bgehor(?:t|en) (?:auf(?:gehangt|geknupft)|erschossen|abgestochen|erschlagen)\b"),
    ),
    "hate": (
        (0.9, (rf"\b{_PEOPLE} (?:are|is|sind|ist|seid) (?:all |just |nothing but |nichts als |alle |unser |a )?(?:\w+ )?(?:vermin|not human|subhuman|animals|parasites|inferior|a? ?burden|disgusting|terrorists?|criminals?|lazy|dirty|stupid|evil|a disease|a plague|garbage|savages|monkeys|rapists|violent|worthless|invaders|swine|kriminell\w*|faul|dreckig|dumm|krank|eine plage|schmarotzer|betruger|diebe|wertlos|affen|schweine|terroristen|filth\w*|thieves|criminals|scum|rats|cockroaches|trash"
              r"|ungeziefer|dreck|abschaum|parasiten|minderwertig|tiere|ungluck|untermenschen|verbrecher|ratten|pack)\b")),
        (0.9, rf"\b(?:gas|kill|shoot|exterminate|hang|burn|cleanse|deport|remove|get rid of|wipe out|erschie(?:ß|ss)t|vergast|totet) (?:\w+ )?(?:all |every |alle )?(?:the |die )?{_PEOPLE}\b"),
        (0.9, rf"\b{_PEOPLE} (?:should|must|need to|deserve to|gehoren?|mussen|sollten?) (?:all |alle )?(?:be )?(?:exterminated|killed|gassed|shot|hanged|deported|put down|burn|die|vergast|erschossen|ausgerottet|abgeschoben|weg|verschwinden)\b"),
        (0.8, rf"\bi (?:really |just )?(?:hate|despise|loathe|can'?t stand|detest) (?:all )?(?:the )?{_PEOPLE}\b|\bich hasse (?:alle )?{_PEOPLE}\b|\b{_PEOPLE} raus\b"),
        (0.8, rf"\b(?:cleanse|purge|free) (?:the|our|this) (?:country|land|nation|city) (?:of|from) (?:all )?{_PEOPLE}\b|\bgo back to (?:africa|your country)\b"),
    ),
    "sexual": (
        (0.9, r"\b(?:porn\w*|blowjob|handjob|cumshot|gangbang|hardcore sex|xxx (?:video|pics?|link|film)|masturbat\w*|erotica|orgasm\w*|nacktbild\w*|pornogeschichte\w*|onanier\w*|geschlechtsverkehr)\b"),
        (0.9, r"\b(?:nude|naked) (?:pictures?|photos?|pics?|selfies?|images?|videos?) of (?:you|my|me|her|him|a|the)\b|\bsend (?:me )?(?:your |some )?nudes\b|\b(?:dirty|steamy|explicit|erotic|sexy|naughty|smutty) (?:\w+ )?(?:story|stories|talk|pictures?|photos?|chat|role-?play|videos?|fantasy)\b|\bsex (?:story|stories|chat|tape|video|cam)\b|\b(?:dick pics?|sexting|horny|strip for me|titten|schwanz lutschen|sexgeschichte\w*|nackt vor der kamera)\b"),
        (0.8, r"\b(?:had|have|having) sex (?:with|on|in)\b|\bsex(?:ual)? (?:scene|act|fantas\w+)s?\b|\bsuck (?:my|his) (?:dick|cock)\b|\bmoan(?:ing|ed)\b[^.!?\n]{0,30}\b(?:bed|naked|sex)\b|\bfuck (?:her|him|me)\b"),
        (0.7, r"\bzieh dich aus\b|\blust auf (?:einen dreier|sex|ficken)\b|\bfick(?:en)? mich\b|\bmit dir schlafen\b"),
    ),
    "self-harm": (
        (0.9, r"\b(?:kill|hang|hurt|cut|harm|starve|poison|drown|shoot) (?:myself|yourself)\b|\bcutting myself\b|\bend (?:my|your) (?:own )?life\b|\b(?:commit|thinking (?:about|of)|considering|contemplat\w+|attempt\w*|plan(?:ning)?) suicide\b"),
        (0.9, r"\bend(?:ing)? it all\b|\b(?:take|taking) my (?:own )?life\b|\bslit my wrists\b|\bhurt(?:ing)? myself\b|\bsuicidal\b|\bno (?:reason|point) (?:to|in) (?:live|living|go on|going on)\b|\bcan'?t go on (?:living|any ?more|like this)\b|\bwant to disappear (?:forever|for good)\b|\b(?:want|wish|like) to (?:\w+ ){0,3}die(?:[.!]|$)|\b(?:mochte|will|wollte) (?:nur noch |einfach |endlich )?sterben\b|\b(?:mir|mich) das leben nehmen\b|\blebensmude\b"),
        (0.9, r"\b(?:don'?t|do not|no longer) want to (?:live|be alive)(?: any ?more| any longer)?\b|\b(?:wish|better off if) i (?:was|were|wasn't|weren't) (?:dead|alive|never born)\b|\bwant to die\b(?: now| tonight)?(?:[.!]|$)"),
        (0.8, r"\bhow many (?:pills|tablets)[^.!?\n]{0,25}\b(?:to die|kill|overdose|lethal)\b|\btook an overdose\b|\b(?:jump off|jump from) (?:the|a) (?:bridge|roof|building|balcony)\b"),
        (0.9, r"\b(?:will|werde|mochte|wollte|muss) mich (?:umbringen|toten|erhangen|erschie(?:ß|ss)en|verletzen)\b|\bbringe? (?:ich )?mich\b[^.!?\n]{0,20}\bum\b|\bich ritze mich\b|\bpulsadern\b|\bselbstmordgedanken\b|\b(?:denke an|begehe|plane) (?:selbstmord|suizid)\b|\bselbstmord begehen\b"),
        (0.9, r"\b(?:will|mag|mochte|kann) nicht mehr (?:leben|da sein|aufwachen)\b"),
    ),
    "harassment": (
        (0.9, rf"\byou(?:'re| are)?(?: such| just| nothing but)? (?:an? |the )?(?:\w+ ){{0,2}}{_INSULTS}\b|\b(?:du|ihr) (?:bist |seid )?(?:\w+ ){{0,3}}{_INSULTS}\b"),
        (0.8, rf"\b(?:stupid|dumb|ugly|filthy|pathetic|worthless|disgusting|fucking|dummes?|dreckige[rs]?) (?:\w+ )?{_INSULTS}\b[^.!?\n]{{0,12}}\byou are\b|\bwhat an? (?:dumb|stupid|ugly) {_INSULTS}\b"),
        (0.8, r"\bfuck (?:you|off)\b|\bfick dich\b|\bgo to hell\b(?:, \w+)|\bnobody (?:likes|wants|loves) you\b|\byou(?:r mother is| disgust me)\b|\bverpiss dich\b|\bhalt (?:die fresse|dein maul|die schnauze)\b|\bgo (?:and )?die\b"),
        (0.8, r"\byou (?:fat|ugly|stupid|dumb|filthy|pathetic|disgusting|worthless|fucking|idiotic) (?:\w+ ){0,2}\w+|\b(?:du|ihr) (?:blode|dumme|hassliche|fette|dreckige|verdammte|verfluchte|miese|elende)[rs]? \w+|\byou are so (?:stupid|dumb|useless)\b"),
        (0.8, r"\bdu bist (?:so |einfach |echt )?(?:hasslich|dumm|widerlich|wertlos|ekelhaft|bescheuert|erbarmlich)\b|\byou are (?:so )?(?:ugly|worthless|pathetic|disgusting)\b|\bhurensohn\b|\bmake your life (?:miserable|hell)\b|\b(?:you should|go) kill yourself\b"),
    ),
    "illegal": (
        (0.9, (r"\b(?:how (?:do|can|to|could)|help me|teach me|instructions? (?:to|for)|show me how to|explain how to|where (?:can|do) i|write|create)\b[^.!?\n]{0,30}\b(?:(?:pipe|nail|car|fertili[sz]er) ?bombs?|build a bomb|explosives?|cook meth|make meth|crystal meth|lsd|heroin|cocaine|fentanyl"
              r"|launder money|forge (?:a |an )?(?:passport|id|document|signature|money)|evade taxes|counterfeit\w*|hack into|break into|pick a lock to|rob a|steal a|ransomware|malware|phishing (?:mail|page|site|e-?mail)|keylogger|hotwire)\b")),
        (0.9, r"\b(?:sell|buy|selling|buying|order)\b[^.!?\n]{0,12}\b(?:stolen (?:credit )?cards?|fake (?:ids?|passports?|prescriptions?|money)|cocaine|heroin|meth|weapons? illegally|a gun without)\b|\bhire an? hitman\b|\bfake (?:prescriptions?|passports?|ids?|diplomas?) for sale\b"),
        (0.9, r"\b(?:wie|wo|anleitung|hilf mir|zeig mir|schreib mir|erklar mir)\b[^.!?\n]{0,30}\b(?:baue? ich eine bombe|bombe bauen|sprengstoff|kokain|heroin|meth|drogen|einbrechen|einbruch|geld waschen|wasche ich geld|steuern hinterziehen|falsche\w* (?:ausweis|pass|geld)|trojaner|schadsoftware|phishing)\w*\b"),
        (0.9, r"\b(?:how|teach|show|help|explain|steps|guide|recipe|tell me)\b[^.!?\n]{0,30}\b(?:build|make|construct|assemble|synthesi[sz]e) (?:a |an |my own |some )?(?:pipe |nail |dirty |car |home-?made |petrol )?(?:bombs?|explosives?|grenades?|silencers?|gun|molotovs?|meth\w*|mdma|poison|nerve gas|ricin)\b|\b(?:how|teach|show|help|explain|tell me)\b[^.!?\n]{0,30}\b(?:shoplift|steal (?:a|from|cars?|money)|dodge taxes|crack (?:a|my|her|his|someone'?s) \w+|ddos|hack (?:someone|somebody|my|her|his|a|the|an)|spy on|poison (?:someone|somebody|my)|get away with|smuggle|bribe|blackmail|stalk|counterfeit|fake (?:a|an|my))\b"),
        (0.9, r"\b(?:wie|anleitung|hilf|zeig|erklar)\w*\b[^.!?\n]{0,30}\b(?:knacke?n? (?:ich )?(?:ein|das|ein fahrrad)?\w* ?(?:auto|schloss|konto|passwort)|stehle|klaue|schmuggle|hacke|falsche|besteche|erpresse|(?:auto|schloss|tresor) knacken|hacken|schmuggeln|falschen|stehlen|erpressen)\b"),
        (0.8, r"\bgefalschte (?:ausweise|passe|papiere|rezepte|zeugnisse)\b[^.!?\n]{0,20}\b(?:zu verkaufen|kaufen|bestellen|gunstig)\b"),
    ),
}
