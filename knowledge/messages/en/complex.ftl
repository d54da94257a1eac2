# Therapy beside the exercises: support, questionnaires, medicines, physiotherapy, belts, course.
complex-title = Beside the exercises
complex-lead = Exercise is the heart of the therapy. Here is what goes with it: how you are doing, what you take, what your physiotherapist does, whether a belt makes sense, and what to expect.
complex-locked = What to do now, and why
complex-support = Support
complex-questionnaires = Questionnaires
complex-medicines = Medicines
complex-physiotherapy = Physiotherapy
complex-belt = Belts and other aids
complex-course = What to expect
complex-questionnaires-what = Short questionnaires show over the weeks whether it is getting better.
complex-medicines-what = What you have taken, and what the labels allow. Keel only counts and warns.
complex-physiotherapy-what = What is known about each treatment, whether anything speaks against it for you, and a log.
complex-belt-what = Whether a belt makes sense for you, how to measure, how to judge one, how to wean off it.
complex-course-what = How it usually goes, a plan for bad days, what to tell whom.
complex-more = Beside the exercises
support-low = Advice, keeping active, managing yourself.
support-medium = A physiotherapist should lead your programme.
support-high = Physiotherapy together with someone who helps with what weighs on you would be best. Show this to your doctor.
support-why = What you told: this changes the help that is offered, never whether you may exercise.
trend-better = better by more than chance
trend-worse = worse by more than chance
trend-same = no change that this questionnaire can tell from chance
trend-cannot-show = the beginning was too near the end of the scale to show a change
questionnaire-due = { $week ->
    [0] now, as a beginning
    *[other] now, after week { $week }
}
questionnaires-due = Due now
questionnaires-others = At any time
questionnaires-none-due = Nothing is due today.
questionnaires-minutes = { $minutes ->
    [one] about { $minutes } minute
    *[other] about { $minutes } minutes
}
questionnaires-operator = The text of this questionnaire belongs to its owners. Fill in the paper form you were given and enter the numbers here.
questionnaires-total = Enter the result you were given.
questionnaires-item = Question { $item }
questionnaires-of = Which activity?
questionnaires-tick = Tick what is true
questionnaires-send = Finish and see the result
questionnaires-result = Result of { $date }
questionnaires-no-score = No score: { $missing ->
    [one] one answer is missing
    *[other] { $missing } answers are missing
}.
questionnaires-not-believable = No score: more than 16 hours of activity a day are not counted.
questionnaires-history = Over time
questionnaires-since-first = Since the first time: { $trend }.
questionnaires-better-higher = Higher is better.
questionnaires-better-lower = Lower is better.
questionnaires-rights = Rights
questionnaires-draft = Answers are kept while you fill in; they count once you finish.
meds-title = Medicine diary
meds-lead = Write down what you took. Keel adds it up, reminds you of what may still be working during a session, and warns. It never tells you to take, leave out or change a medicine: your doctor and pharmacist do.
meds-add = Write down
meds-medicine = What did you take?
meds-mg = How many milligrams?
meds-mg-help = Number of tablets times the strength on the pack. Leave it empty if you do not know.
meds-when = When?
meds-save = Write down
meds-24h = In the last 24 hours
meds-none = Nothing written down in the last 24 hours.
meds-of-label = { $mg } mg of at most { $most } mg a day by the label
meds-mg-only = { $mg } mg
meds-times = { $times ->
    [one] taken once
    *[other] taken { $times } times
}
meds-without-mg = { $count ->
    [one] one entry without milligrams, so it was more
    *[other] { $count } entries without milligrams, so it was more
}
meds-lower = The label's limit for you is lower, because { $why }.
meds-still = May still be working
meds-still-masks = { $name } may hide pain until { $until }: nothing new and nothing harder before that.
meds-still-sedates = { $name } may make you drowsy until { $until }: no balance exercises, no walking backwards.
meds-earlier = Earlier
meds-remove = Take back
meds-checked = { $count } interactions of medicines are checked, from the list you gave. That is not all there are: your pharmacist knows more.
meds-list = Your list of medicines
physio-title = Physiotherapy
physio-lead = Keel proposes no treatment and no dose. It shows what is known, checks what speaks against it for you, and keeps your log.
physio-prescribed = Prescribed or in use
physio-all = All treatments
physio-questions = Questions before treatments
physio-questions-lead = They decide what speaks against a treatment. What you do not answer counts as open.
cleared-yes = nothing known speaks against it
cleared-ask-first = to be clarified first
cleared-no = not for you now
cleared-waits = waits until a doctor has seen you
cleared-no-because = Not for you now, because { $reason }.
cleared-ask-because = To be clarified first: it would not be for you if { $reason }.
grade-likely = a benefit is likely
grade-possible = a short benefit is possible
grade-insufficient = not enough is known
grade-against = not recommended as routine
who-self = at home
who-professional = by a physiotherapist
who-clinician = by a doctor
who-specialist = by a specialist
physio-what = What it is
physio-evidence = What is known
physio-expect = What to expect
physio-wait = { $hours ->
    [one] No exercise for { $hours } hour afterwards.
    *[other] No exercise for { $hours } hours afterwards.
}
treatment-wait = After { $name }: no exercise before { $until }.
treatment-wait-open = Positions of ease, breathing and easy walking stay open.
physio-log = Log a treatment
physio-modality = Which treatment?
physio-when = When did it end?
physio-before = Pain before (0–10)
physio-after = Pain a day later (0–10)
physio-side = Side effects (0 = none, 10 = very bad)
physio-had = { $times ->
    [one] Had once so far
    *[other] Had { $times } times so far
}
physio-change-better = pain a day later on average { $points } points less
physio-change-worse = pain a day later on average { $points } points more
physio-change-same = pain a day later on average unchanged
physio-review = Had many times without a real change. Talk to whoever prescribed it about whether to go on. A treatment that is done to you never replaces your exercise.
physio-log-title = Your log
physio-none = No treatment is in your log yet.
belt-title = Belts and other aids
belt-against = What speaks against a belt for you
belt-options = Does one make sense for you?
belt-option-sensible = may be worth trying
belt-option-ask = depends on answers below
belt-option-no = not for you, or a clinician decides
decides-self = you may choose it yourself
decides-professional = a physiotherapist decides
decides-clinician = a doctor decides
decides-specialist = a specialist decides
belt-made = How it is built
belt-not-for = What it does not do
belt-measure = Measuring
belt-measure-lead = Standing relaxed, thin clothes or none, tape level with the floor, after breathing out gently. Measure twice.
belt-quality = Is this one any good?
belt-quality-lead = With the belt or its page before you. What you answer is scored.
belt-quality-score = { $points } of { $most } points
belt-quality-open = { $count ->
    [one] one question is open
    *[other] { $count } questions are open
}
belt-quality-good = Nothing speaks against this product.
belt-quality-not = Rather not this one:
belt-fit = Does it fit?
belt-fit-lead = Put it on as the leaflet says, walk about for ten minutes, then answer.
belt-fit-off = Take it off until this is solved: { $text }
belt-uncomfortable = Uncomfortable in some way (4 or more): have it fitted anew if that comes twice.
belt-wear = Wearing and weaning
belt-wear-weeks = Weeks { $from } to { $to }: at most { $hours } hours a day
belt-wear-weeks-none = Weeks { $from } to { $to }: no wearing by habit, only for a rare task
belt-wear-now-none = You are in week { $week } of wearing: none today, except for a rare heavy task.
belt-wear-now = You are in week { $week } of wearing: at most { $hours } hours today.
belt-too-long = Yesterday it was worn longer than planned.
belt-tasks = What for
belt-never = When not
belt-stop = Take it off and ask, if
belt-safety = Go to the safety questions
belt-wean = Leaving it off
belt-guard = Your muscles meanwhile
belt-kit = Other aids
belt-yours = About you and your belt
course-title = What to expect
course-week = { $weeks ->
    [0] You are in the first week.
    *[other] You are in week { $weeks }.
}
course-phases = The weeks
course-expect = Honest numbers
course-flare = If it flares up
course-flare-lead = Bad days belong to recovery. This plan takes you through them.
course-flare-ask = Is it a flare-up?
course-flare-step = Where you are
course-tell = What to tell whom
course-claim = What people say
course-claim-says = What Keel says
course-why = What studies show
course-exercises = Exercises for this step
test-timer-start = Start the clock
test-timer-stop = Stop
test-timer-left = { $seconds } s left
test-timer-ran = { $seconds } s
test-clinician = Only a physiotherapist or doctor should do this test.
action-save-form = Save
meds-how = How do you take it?
meds-how-prescribed = regularly, as prescribed
meds-how-as_needed = as needed
physio-course = { $done } of { $sessions } sessions, prescribed by { $by }.
physio-course-next = The next one by the plan: { $day }.
physio-course-done = The course is complete.
physio-plan = Write down a prescribed course
physio-plan-lead = As your doctor or physiotherapist has prescribed it. Keel only counts along.
physio-plan-sessions = How many sessions?
physio-plan-per-week = How many a week?
physio-plan-from = From which day?
physio-plan-by = Who prescribed it?
complex-examined = Known and unchanged signs
complex-examined-what = For a clinician: a sign that is known, was examined and has not changed.
stop-examined = A clinician has examined this and knows it: record it
examined-title = Known, examined, unchanged
examined-lead = Some people live with a sign that Keel has to take for an alarm, although a clinician has examined it and knows it. Only that clinician may record it here.
examined-not = What this record does not change
examined-not-new = Anything new or different counts at once and in full. If in doubt, take the record back and call.
examined-not-others = Every other sign keeps its weight, and the safety questions are asked as before.
examined-not-cleared = It does not clear you for exercise. Where the list below says so, Keel still asks you to see your doctor first.
examined-not-long = It ends by itself, after { $days } days at the latest. Then the sign counts in full until it has been examined again.
examined-signs = Which signs
examined-signs-lead = While the record holds, and only while you answer “yes” to the question, the sign by itself leads to:
examined-alone = Does not stop you by itself
examined-record = Record an examination
examined-record-lead = To be filled in by the clinician who examined you, or with them. One sign, one record.
examined-item = Which sign is known?
examined-item-wrong = Please choose the sign that was examined.
examined-by = Who examined it? Name of the clinician
examined-on = On which day?
examined-until = Until which day does it hold?
examined-until-help = At most { $days } days after the examination.
examined-unchanged = Has anything about this sign changed since?
examined-unchanged-yes = No, unchanged
examined-unchanged-no = Yes, changed
examined-unchanged-wrong = Please say whether anything has changed. Without an answer the record does not hold.
examined-log = Records
examined-none = Nothing has been recorded.
examined-state-holds = Holds until { $until }: examined by { $by } on { $on }.
examined-state-ended = Ended on { $until }: examined by { $by } on { $on }.
examined-state-changed = Does not hold, because something has changed: examined by { $by } on { $on }.
