"""Words and sentences by which harmful content is told, English and German, as RE2 patterns.

Each has a weight from 0 to 1: how sure it alone makes us. They are held against a text as
`runtime.guarding.plain` reads it: small letters, no accents. A short list of our own: it knows what
is said plainly, not what is meant.
"""

# fmt: off
_PEOPLE = (
    r"(?:jews?|muslims?|christians|blacks?|black people|white people|whites|asians|arabs|turks|roma|gypsies|gays?|lesbians"
    r"|homosexuals?|trans(?:gender)? people|women|immigrants?|migrants?|refugees?|foreigners|disabled people|disabled"
    r"|juden|muslime?n?|schwarzen?|auslander\w*|fluchtlinge?n?|migranten|schwulen?|lesben|frauen|behinderten?|zigeuner|turken)"
)
_WHOM = r"(?:you|him|her|them|that \w+|this \w+|those \w+|all of (?:you|them)|the (?:boss|teacher|neighbou?r|guy|police|kids|children)|my \w+|everybody|everyone)"
_INSULTS = (
    r"(?:idiots?|morons?|imbeciles?|losers?|cow|pig|rat|freaks?|bitch|bastards?|scum|asshole|arsehole|whore|slut|cunt|retards?|piece of shit"
    r"|arschloch|idiot\w*|missgeburt|hurensohn\w*|schlampe|wichser|dreck|schwein|trottel|vollidiot\w*|depp|fotze|mistkerl)"
)
_I_WILL = r"(?:i(?:'ll| will|'m going to| am going to|'m gonna| want to| could| should)|we(?:'ll| will| should| are going to)|they(?:'ll| will)|gonna|going to|let's|somebody should|someone should)"

RULES: dict[str, tuple[tuple[float, str], ...]] = {
    "violence": (
        (0.9, rf"\b{_I_WILL} (?:\w+ ){{0,2}}?(?:kill|murder|stab|shoot|strangle|behead|hang|poison|slaughter|execute|torture|burn|bomb|cut up) {_WHOM}\b"),
        (0.9, rf"\b{_I_WILL} (?:\w+ ){{0,2}}?(?:cut|slit|break|smash|crush|bash) (?:your|his|her|their) (?:throats?|legs?|neck|skull|head|face|bones|arms?)\b"),
        (0.9, rf"\b{_I_WILL} (?:\w+ ){{0,2}}?(?:blow up|bomb|burn down|shoot up|set fire to) (?:the|a|this|their|his|her|your)\b"),
        (0.8, r"\bburn (?:their|his|her|your|the) (?:house|home|car|shop|mosque|church|synagogue)s? down\b|\bshoot all the\b|\bhang them\b"),
        (0.8, r"\bbeat (?:you|him|her|them) (?:up|to death|to a pulp)\b|\bbullet in (?:your|his|her|their) (?:head|brain)\b"),
        (0.8, r"\bdeserves? to (?:be (?:shot|killed|hanged|stabbed|beaten)|die|bleed)\b|\byou(?:'re| are) dead\b[^.!?\n]{0,30}\bwhere you live\b"),
        (0.9, r"\b(?:bringe?|mache?) (?:dich|ihn|sie|euch|die alle) (?:um|kalt|fertig)(?:[.!,]|$)|\b(?:dich|ihn|sie|euch|alle|jemanden|den|die) (?:\w+ )?(?:umbringen|erstechen|erschie(?:ß|ss)en|erwurgen|abstechen|aufhangen|abschlachten|totschlagen|vergiften)\b"),
        (0.9, r"\bschlage? (?:dir|ihm|ihr|euch) (?:\w+ )?(?:schadel|kopf|zahne|fresse) ein\b|\bzundet? (?:das|die|ihr)\b[^.!?\n]{0,20}\b(?:haus|haus|heim|schule|kirche|moschee)\w* an\b"),
        (0.8, r"\bgehor(?:t|en) (?:auf(?:gehangt|geknupft)|erschossen|abgestochen|erschlagen)\b"),
    ),
    "hate": (
        (0.9, (rf"\b{_PEOPLE} (?:are|is|sind|ist|seid) (?:all |just |nothing but |nichts als |alle |unser |a )?(?:\w+ )?(?:vermin|not human|subhuman|animals|parasites|inferior|a? ?burden|disgusting|filth\w*|thieves|criminals|scum|rats|cockroaches|trash"
              r"|ungeziefer|dreck|abschaum|parasiten|minderwertig|tiere|ungluck|untermenschen|verbrecher|ratten|pack)\b")),
        (0.9, rf"\b(?:gas|kill|shoot|exterminate|hang|burn|cleanse|deport|remove|get rid of|wipe out|erschie(?:ß|ss)t|vergast|totet) (?:\w+ )?(?:all |every |alle )?(?:the |die )?{_PEOPLE}\b"),
        (0.9, rf"\b{_PEOPLE} (?:should|must|need to|deserve to|gehoren?|mussen|sollten?) (?:all |alle )?(?:be )?(?:exterminated|killed|gassed|shot|hanged|deported|put down|burn|die|vergast|erschossen|ausgerottet|abgeschoben|weg|verschwinden)\b"),
        (0.8, rf"\bi (?:really )?(?:hate|despise|loathe) (?:all )?(?:the )?{_PEOPLE}\b|\bich hasse (?:alle )?{_PEOPLE}\b|\b{_PEOPLE} raus\b"),
        (0.8, rf"\b(?:cleanse|purge|free) (?:the|our|this) (?:country|land|nation|city) (?:of|from) (?:all )?{_PEOPLE}\b|\bgo back to (?:africa|your country)\b"),
    ),
    "sexual": (
        (0.9, r"\b(?:porn\w*|blowjob|handjob|cumshot|gangbang|hardcore sex|xxx (?:video|pics?|link|film)|masturbat\w*|erotica|orgasm\w*|nacktbild\w*|pornogeschichte\w*|onanier\w*|geschlechtsverkehr)\b"),
        (0.9, r"\b(?:nude|naked) (?:pictures?|photos?|pics?|selfies?|images?|videos?) of (?:you|my|me|her|him|a|the)\b|\bsend (?:me )?(?:your )?nudes\b"),
        (0.8, r"\b(?:had|have|having) sex (?:with|on|in)\b|\bsex(?:ual)? (?:scene|act|fantas\w+)s?\b|\bsuck (?:my|his) (?:dick|cock)\b|\bmoan(?:ing|ed)\b[^.!?\n]{0,30}\b(?:bed|naked|sex)\b|\bfuck (?:her|him|me)\b"),
        (0.7, r"\bzieh dich aus\b|\blust auf (?:einen dreier|sex|ficken)\b|\bfick(?:en)? mich\b|\bmit dir schlafen\b"),
    ),
    "self-harm": (
        (0.9, r"\b(?:kill|hang|hurt|cut|harm|starve|poison|drown|shoot) (?:myself|yourself)\b|\bcutting myself\b|\bend (?:my|your) (?:own )?life\b|\b(?:commit|thinking (?:about|of)|considering|contemplat\w+|attempt\w*|plan(?:ning)?) suicide\b"),
        (0.9, r"\b(?:don'?t|do not|no longer) want to (?:live|be alive)(?: any ?more| any longer)?\b|\b(?:wish|better off if) i (?:was|were|wasn't|weren't) (?:dead|alive|never born)\b|\bwant to die\b(?: now| tonight)?(?:[.!]|$)"),
        (0.8, r"\bhow many (?:pills|tablets)[^.!?\n]{0,25}\b(?:to die|kill|overdose|lethal)\b|\btook an overdose\b|\b(?:jump off|jump from) (?:the|a) (?:bridge|roof|building|balcony)\b"),
        (0.9, r"\b(?:will|werde|mochte|wollte|muss) mich (?:umbringen|toten|erhangen|erschie(?:ß|ss)en|verletzen)\b|\bbringe? (?:ich )?mich\b[^.!?\n]{0,20}\bum\b|\bich ritze mich\b|\bpulsadern\b|\bselbstmordgedanken\b|\b(?:denke an|begehe|plane) (?:selbstmord|suizid)\b|\bselbstmord begehen\b"),
        (0.9, r"\b(?:will|mag|mochte|kann) nicht mehr (?:leben|da sein|aufwachen)\b"),
    ),
    "harassment": (
        (0.9, rf"\byou(?:'re| are)?(?: such| just| nothing but)? (?:an? |the )?(?:\w+ ){{0,2}}{_INSULTS}\b|\b(?:du|ihr) (?:bist |seid )?(?:\w+ ){{0,3}}{_INSULTS}\b"),
        (0.8, rf"\b(?:stupid|dumb|ugly|filthy|pathetic|worthless|disgusting|fucking|dummes?|dreckige[rs]?) (?:\w+ )?{_INSULTS}\b[^.!?\n]{{0,12}}\byou are\b|\bwhat an? (?:dumb|stupid|ugly) {_INSULTS}\b"),
        (0.8, r"\bfuck (?:you|off)\b|\bfick dich\b|\bgo to hell\b(?:, \w+)|\bnobody (?:likes|wants|loves) you\b|\byou(?:r mother is| disgust me)\b|\bverpiss dich\b|\bhalt (?:die fresse|dein maul|die schnauze)\b|\bgo (?:and )?die\b"),
        (0.8, r"\bdu bist (?:so |einfach |echt )?(?:hasslich|dumm|widerlich|wertlos|ekelhaft|bescheuert|erbarmlich)\b|\byou are (?:so )?(?:ugly|worthless|pathetic|disgusting)\b|\bhurensohn\b|\bmake your life (?:miserable|hell)\b|\b(?:you should|go) kill yourself\b"),
    ),
    "illegal": (
        (0.9, (r"\b(?:how (?:do|can|to|could)|help me|teach me|instructions? (?:to|for)|show me how to|explain how to|where (?:can|do) i|write|create)\b[^.!?\n]{0,30}\b(?:(?:pipe|nail|car|fertili[sz]er) ?bombs?|build a bomb|explosives?|cook meth|make meth|crystal meth|lsd|heroin|cocaine|fentanyl"
              r"|launder money|forge (?:a |an )?(?:passport|id|document|signature|money)|evade taxes|counterfeit\w*|hack into|break into|pick a lock to|rob a|steal a|ransomware|malware|phishing (?:mail|page|site|e-?mail)|keylogger|hotwire)\b")),
        (0.9, r"\b(?:sell|buy|selling|buying|order)\b[^.!?\n]{0,12}\b(?:stolen (?:credit )?cards?|fake (?:ids?|passports?|prescriptions?|money)|cocaine|heroin|meth|weapons? illegally|a gun without)\b|\bhire an? hitman\b|\bfake (?:prescriptions?|passports?|ids?|diplomas?) for sale\b"),
        (0.9, r"\b(?:wie|wo|anleitung|hilf mir|zeig mir|schreib mir|erklar mir)\b[^.!?\n]{0,30}\b(?:baue? ich eine bombe|bombe bauen|sprengstoff|kokain|heroin|meth|drogen|einbrechen|einbruch|geld waschen|wasche ich geld|steuern hinterziehen|falsche\w* (?:ausweis|pass|geld)|trojaner|schadsoftware|phishing)\w*\b"),
        (0.8, r"\bgefalschte (?:ausweise|passe|papiere|rezepte|zeugnisse)\b[^.!?\n]{0,20}\b(?:zu verkaufen|kaufen|bestellen|gunstig)\b"),
    ),
}
