# The programme on paper.
report-title = Your exercise week
report-no-name = Name: ______________________
report-age = { $age ->
    [one] { $age } year
   *[other] { $age } years
}
report-disc = Disc
report-ambulance = ambulance, { $country }
report-ambulance-general = emergency number in Europe and many other countries
report-not-a-doctor = This programme does not replace a doctor’s or physiotherapist’s advice. Keel is not a medical device.
report-strengthen = To strengthen
report-relieve = To relieve
report-direction = The direction that eases
report-trains = Trains: { $groups }.
report-relieves = Relieves: { $groups }.
report-minutes = { $minutes } min
report-walk = { $bouts ->
    [one] one walk of { $minutes } min on each training day.
   *[other] { $bouts } walks of { $minutes } min on each training day, spread over the day.
}
report-walk-range = { $bouts ->
    [one] one walk of { $minutes } to { $longest } min on each training day.
   *[other] { $bouts } walks of { $minutes } to { $longest } min on each training day, spread over the day.
}
report-and-more = { " " }and { $count } more
report-stop-1 = Pain, tingling or numbness moves further down the leg, or leg pain grows by more than 2 points: stop for today.
report-stop-2 = Back pain above 5 of 10: stop this exercise and take a position of ease.
report-stop-3 = Dizziness, pressure in the chest, shortness of breath: stop and get help.
report-stop-4 = New weakness, new numbness, trouble with bladder or bowel: stop and call for help at once.
pain-lead = For back pain during and after the exercise, from 0 (none) to 10 (worst). By next morning it should be no more than before.
pain-go-range = 0–2
pain-go-word = Carry on
pain-go-advice = Safe. Go on as planned.
pain-ease-range = 3–5
pain-ease-word = Ease off
pain-ease-advice = Acceptable if it settles. Keep or lower the dose; nothing harder.
pain-stop-range = above 5
pain-stop-word = Stop
pain-stop-advice = Stop this exercise, take a position of ease.
diary-lead = Tick what you did. Write pain from 0 to 10, back and leg apart: 3/1.
diary-pain-before = Pain before (back/leg)
diary-pain-during = Most during (back/leg)
diary-pain-morning = Next morning (back/leg)
label-planned-on = Made on
label-summary = Why this programme
label-week = The week at a glance
label-day = Day
label-when = When
label-what = What
label-every-day = Every day
label-rest-day = Free day: positions of ease and walking as you like
label-exercises = The exercises
label-position = Start
label-movement = Movement
label-cue = Remember
label-mistakes = Avoid
label-why = Why
label-stop = Take care
label-walking = Walking
label-medicines = Medicines: please ask
label-stop-rules = When to stop
label-pain-light = How much pain is acceptable
label-diary = Diary
label-tick-box = box to tick
label-left-out = Left out for now
label-knowledge = Knowledge
label-engine = Keel
label-written-on = Written on
label-what-to-do = What to do
label-numbers = Numbers to call
label-reasons = What led to this
label-still-allowed = What you may still do until then
label-questions = Questions to ask the doctor
dose-rest-minutes = { $sets ->
    [one] { $amount } min
   *[other] { $sets } × { $amount } min
}
dose-rest-seconds = { $sets ->
    [one] { $amount } s
   *[other] { $sets } × { $amount } s
}
dose-sets-reps = { $sets } × { $reps }
dose-hold = hold { $seconds } s
dose-each-side = each side
block-individual = individual
block-complex = whole body
block-walk = walking
block-unload = unloading
weekday-1 = Mon
weekday-2 = Tue
weekday-3 = Wed
weekday-4 = Thu
weekday-5 = Fri
weekday-6 = Sat
weekday-7 = Sun
month-1 = January
month-2 = February
month-3 = March
month-4 = April
month-5 = May
month-6 = June
month-7 = July
month-8 = August
month-9 = September
month-10 = October
month-11 = November
month-12 = December
date-long = { $day } { $month } { $year }
