// Two people as they would answer in a browser; the same as in examples/. Answers are by step of the way, then by field.
//
// A string is a radio button, a choice in a list or a text to type; an array is a set of boxes to tick.

const NONE_OF_THESE = ['none'];

/** Nine weeks on, leg pain that eases bending back; weak right flank and hip. */
export const extensionResponder = {
  name: 'extension responder',
  person: { 'person.sex': 'female', 'person.age': '44', 'person.height_cm': '168', 'person.mass_kg': '66', 'person.country': 'DE' },
  diagnosis: {
    'diagnosis.disc': 'L4-L5',
    'diagnosis.side': 'right',
    'diagnosis.kind': 'protrusion',
    'diagnosis.since': daysAgo(63),
    'diagnosis.confirmed_by': 'mri',
    'diagnosis.first_episode': 'no',
  },
  pain: {
    'pain.back_now': '3',
    'pain.leg_now': '4',
    'pain.back_worst_24h': '5',
    'pain.leg_worst_24h': '5',
    'pain.region': 'thigh',
    'pain.places': ['low_back_right', 'thigh_back_right'],
    'pain.settles_h': '4',
    'pain.wakes': 'some',
    'pain.morning_minutes': '10',
    'pain.sitting_minutes': '40',
    'pain.worse_lying_flat': 'no',
    'pain.band_like': 'no',
  },
  conditions: { 'conditions.pregnant': 'no', 'conditions.clinician_cleared': 'yes', 'conditions.others': 'no' },
  medicines: { 'medicines.taking': NONE_OF_THESE, 'medicines.*': 'no' },
  days: {
    'day.rises_at': '07:00',
    'day.sleeps_at': '23:00',
    'day.sitting_hours': '8',
    'day.work': 'desk',
    'equipment.have': ['chair', 'mat', 'counter'],
    'preferences.minutes_per_day': '35',
    'preferences.days_per_week': '5',
    'preferences.session_at': '18:00',
  },
  tests: {
    repeated: { 'tests.repeated.extension': 'centralises', 'tests.repeated.side_glide': 'no_effect', 'tests.repeated.flexion': 'no_effect' },
    pelvis_drop: { 'tests.pelvis_drop.left': 'no', 'tests.pelvis_drop.right': 'yes' },
  },
  direction: 'extension',
};

/** Takes naproxen with warfarin; the interaction is shown, and no dose is ever advised. */
export const bloodThinner = {
  name: 'naproxen and warfarin',
  person: { 'person.sex': 'male', 'person.age': '48', 'person.height_cm': '174', 'person.mass_kg': '88', 'person.country': 'US' },
  diagnosis: { 'diagnosis.disc': 'L5-S1', 'diagnosis.side': 'right', 'diagnosis.since': daysAgo(55), 'diagnosis.confirmed_by': 'doctor', 'diagnosis.first_episode': 'no' },
  pain: {
    'pain.back_now': '4',
    'pain.leg_now': '3',
    'pain.back_worst_24h': '5',
    'pain.leg_worst_24h': '4',
    'pain.region': 'buttock',
    'pain.places': ['low_back_right', 'buttock_right'],
    'pain.settles_h': '5',
    'pain.wakes': 'some',
    'pain.morning_minutes': '25',
    'pain.sitting_minutes': '60',
    'pain.worse_lying_flat': 'no',
    'pain.band_like': 'no',
  },
  conditions: { 'conditions.clinician_cleared': 'yes', 'conditions.others': 'no' },
  medicines: { 'medicines.taking': ['naproxen', 'warfarin'], 'medicines.*': 'no' },
  days: {
    'day.rises_at': '07:00',
    'day.sleeps_at': '23:00',
    'day.sitting_hours': '6',
    'day.work': 'desk',
    'equipment.have': ['chair'],
    'preferences.minutes_per_day': '20',
    'preferences.days_per_week': '3',
    'preferences.session_at': '16:00',
  },
  tests: { faber: { 'tests.faber.left': 'no', 'tests.faber.right': 'yes' } },
};

function daysAgo(days) {
  return new Date(Date.now() - days * 24 * 3600 * 1000).toISOString().slice(0, 10);
}
