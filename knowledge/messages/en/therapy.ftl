# Answers that are refused: what was wrong, what is allowed.
field-unknown = there is no field “{ $path }”.
field-did-you-mean = Did you mean “{ $near }”?
field-see-docs = All fields are listed in docs/case-file.md.
field-empty = this needs an answer.
field-refused = “{ $given }” cannot be used here.
allowed-integer = Allowed: a whole number from { $min } to { $max } { $unit }.
allowed-number = Allowed: a number from { $min } to { $max } { $unit }.
allowed-yes-no = Allowed: yes, no, unsure.
allowed-date = Allowed: a date such as 2026-11-24.
allowed-time = Allowed: a time of day such as 07:30.
allowed-text = Allowed: up to { $max } characters in one line.
allowed-choices = Allowed: { $all }.
allowed-choices-many = Allowed: one of { $count } ids, for example { $some }.

# Triage.
triage-unsure = You were not sure about: “{ $question }” To be safe this counts as yes. { $because }
triage-unanswered = Not answered yet: “{ $question }” Until it is answered it counts as yes.
triage-not-ruled-out = { $title }: this cannot be ruled out from what is known so far. { $message }

# Why an exercise is left out.
against-triage = Not open at the moment: { $level }.
against-contraindication = Left out because { $reason }.
against-not-ruled-out = Left out until it is known whether this concerns you: { $title }.
against-worse = Left out because moving in this direction made your symptoms spread.
against-stage = Not for this stage ({ $name }).
against-stage-unknown = Left out because it is not known when this episode began.
against-irritability = Not while symptoms are this easily provoked ({ $name }).
against-irritability-unknown = Left out until it is known how easily your symptoms are provoked.
against-aim = This kind of exercise comes later than now ({ $stage }, { $irritability }).
against-avoid = Left for later: others suit this time better ({ $stage }, { $irritability }).
against-direction = Your symptoms ease in another direction ({ $name }).
against-direction-unknown = The direction that eases your symptoms is not known yet: do the direction test first.
against-requires = Not needed or not yet possible by your results: { $what }.
against-requires-unknown = Do this first, then it may be opened: { $what }.
against-equipment = You do not have: { $items }.
against-equipment-unknown = It is not known whether you have: { $items }.
against-ladder = Another step of the same ladder is in your week: { $chosen }.
against-easier-first = Its easier step comes first: { $easier }.
against-load-peak = Its load on the disc { $disc } is { $load } × that of your relaxed standing; in these weeks your limit is { $limit } ×.
against-load-compression = One dose of it presses the discs for { $used } minutes beyond standing; in these weeks a day's limit is { $limit }.
against-load-shear = One dose of it shears the discs for { $used } minutes beyond standing; in these weeks a day's limit is { $limit }.
against-load-flexion = One dose of it bends the low back under load for { $used } minutes; in these weeks a day's limit is { $limit }.
against-load-unknown = Left out because its load could not be computed for a body of your size.
against-day-load = It would suit you, but on each day that has minutes left the load your discs may bear is used up by others.
against-minutes = It would suit you; others do more for you in the minutes you have.

# Why an exercise is in the programme.
because-weak = { $finding } This trains it ({ $group }).
because-tense = { $finding } This relieves it ({ $group }).
because-direction = Your symptoms ease in this direction: { $direction }.
because-corset = For the strength and staying power of your trunk: { $groups }.
because-stage = Suits this time: { $stage }, { $irritability }.
because-breathe = Calm breathing lets guarding muscles let go.
because-ease = Every session begins with a position of ease or the direction that eases.
because-train = Every session trains something that gives you more capacity.
because-loosen = Frees what is tight without pulling on the nerve.
because-whole = Every session moves the whole body, from neck to ankle.
because-walk = Walking every training day keeps you moving and helps against new episodes.

# What a week lacks.
gap-ease = No position of ease fits into every session: nothing suitable is open, or the minutes do not reach.
gap-train = Not every session has a strengthening exercise: nothing suitable is open, or the minutes do not reach.
gap-whole = Not every session has something for the whole body: nothing suitable is open, or the minutes do not reach.
gap-walk = Not every session has a walk: walking is not open, or the minutes do not reach.

# Notes on times and limits.
note-assumed-time = You did not say how much time you have; this week is made for { $minutes } minutes on { $days } days.
note-loads-stand-in = { $missing } So the loads are those of a man of 174 cm and 73 kg; relative to standing they differ little from yours.
note-loads-missing-sex = Your sex is not known.
note-loads-missing-height = Your height is not known.
note-loads-missing-mass = Your weight is not known.
note-loads-out-of-range = Your sex, height or weight is outside what the body model covers.
note-masked-pain = You take a painkiller before the session, so nothing new is begun: this week holds what needs no learning and what you know already. Ask your doctor or pharmacist how medicine and sessions go together best.
note-proposed-start = You did not name a time; { $time } is a proposal.
note-rising-unknown = It is not known when you get up, so bending forward is left out altogether.
note-bending-closed = The session is within { $minutes } minutes of getting up: bending forward and loaded bending are left out, because discs are fullest then.
note-bending-small = Bending forward is open again only since a short while: keep bends small.
no-bending-longer = Leave out bending forward for { $minutes } minutes after getting up. Your discs fill overnight; computed from your body and your day, { $disc } is the last to let a bend ask no more than twice as much of it as later in the day.
no-bending-shortest = Leave out bending forward for { $minutes } minutes after getting up. Computed from your body and your day, your discs would be ready by then or earlier; it is never less.
no-bending-usual = Leave out bending forward for { $minutes } minutes after getting up. For a time of your own Keel needs sex, height, weight, when you get up and when you go to sleep.
no-bending-all-day = Leave out bending forward: computed from your body and your day, { $disc } stays as full all day as after the night.
note-nothing-open-for = For this nothing is open at the moment: { $groups }.
note-unlisted-medicine = You take a medicine that Keel does not know. Show this plan to your pharmacist or doctor.
triage-examined = { $by } examined this on { $on } and found it known and unchanged: “{ $question }” Until { $until } it does not count by itself. Anything new or different counts at once.
diary-above-label = { $medicine }: { $mg } mg in 24 hours is more than the { $most } mg that its label allows in a day. Please get advice now from a pharmacist, a doctor or the poison line, even if you feel well. Read the leaflet before anything else.
diary-two-nsaid = Two anti-inflammatory painkillers within 24 hours. They add their side effects to stomach, kidneys and heart, not their effect. Please ask your pharmacist or doctor today.
diary-two-paracetamol = Two products with paracetamol within 24 hours. The label limit counts both together. Please add them up with your pharmacist.
diary-two-opioid = Two opioid painkillers within 24 hours. Together they can slow your breathing. Please ask your pharmacist or doctor today; if you become very sleepy, call an ambulance.
