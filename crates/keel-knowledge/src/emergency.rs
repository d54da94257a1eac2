//! The emergency card that needs nothing: compiled in, shown even when every knowledge file is missing or unreadable.

use crate::Lang;

/// What to show when someone may need help at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EmergencyCard {
    /// Heading.
    pub title: &'static str,
    /// Signs that need an ambulance or emergency department now.
    pub signs: &'static [&'static str],
    /// What to do.
    pub action: &'static str,
    /// Numbers that work in most places; the local table is preferred where it can be read.
    pub numbers: &'static str,
}

/// The compiled-in card. Source: `bmj-ces`, `nhs-111-wales`.
pub fn builtin_emergency_card(lang: Lang) -> EmergencyCard {
    match lang {
        Lang::En => EmergencyCard {
            title: "When to get help at once",
            signs: &[
                "new trouble passing or holding urine or stool, or not feeling it",
                "numbness around the genitals, the back passage or the inner thighs",
                "pain, numbness or weakness in both legs, or a foot or knee that gives way",
                "back pain with fever and shaking, after a fall or accident, or sudden and tearing",
                "chest pain, sudden breathlessness or fainting",
            ],
            action: "Stop exercising. Call the ambulance or go to an emergency department now. Do not drive yourself.",
            numbers: "112 (Europe, Russia and many other countries) · 103 (Russia) · 999 (UK) · 911 (USA, Canada) · 000 (Australia)",
        },
        Lang::Ru => EmergencyCard {
            title: "Когда помощь нужна немедленно",
            signs: &[
                "вам стало трудно мочиться или удерживать мочу или стул, или вы этого не чувствуете",
                "онемение в области половых органов, заднего прохода или внутренней стороны бёдер",
                "боль, онемение или слабость в обеих ногах, подкашивается колено или «шлёпает» стопа",
                "боль в спине с температурой и ознобом, после падения или аварии, либо внезапная и «рвущая»",
                "боль в груди, внезапная одышка или обморок",
            ],
            action: "Прекратите занятие. Вызовите скорую помощь или поезжайте в приёмное отделение прямо сейчас. Не садитесь за руль сами.",
            numbers: "112 (Европа, Россия и многие другие страны) · 103 (Россия) · 999 (Великобритания) · 911 (США, Канада) · 000 (Австралия)",
        },
    }
}
