//! The words of the frame: what must be readable even when no knowledge file is. The texts of the pages are Fluent messages in
//! `knowledge/messages`.

use keel_knowledge::{Lang, Text};

/// A fixed text in both languages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Words {
    en: &'static str,
    ru: &'static str,
}

impl Words {
    pub(crate) const fn new(en: &'static str, ru: &'static str) -> Self {
        Self { en, ru }
    }

    pub(crate) fn get(self, lang: Lang) -> &'static str {
        lang.pick(self.en, self.ru)
    }
}

impl From<Words> for Text {
    fn from(words: Words) -> Self {
        Text {
            en: words.en.to_owned(),
            ru: words.ru.to_owned(),
        }
    }
}

macro_rules! words {
    ($($(#[$doc:meta])* $name:ident = $en:literal, $ru:literal;)*) => {
        $($(#[$doc])* pub(crate) const $name: Words = Words::new($en, $ru);)*
    };
}

words! {
    // The shell of every page.
    SKIP = "Skip to the content", "Сразу к содержанию";
    EMERGENCY_LINK = "Emergency help", "Экстренная помощь";
    EMERGENCY_SHORT = "Emergency", "Экстренно";
    HOME = "Keel, start page", "Keel, начальная страница";
    SIGN_OUT = "Sign out", "Выйти";
    FOOT = "Keel supports exercise therapy; it does not replace a doctor or physiotherapist. It is not a certified medical device.",
        "Keel помогает в лечебной гимнастике и не заменяет врача или физиотерапевта. Это не зарегистрированное медицинское изделие.";
    FOOT_PRIVATE = "Your answers stay where Keel runs; nothing is sent anywhere else.",
        "Ваши ответы хранятся только там, где работает Keel, и никуда не отправляются.";
    BACK_HOME = "To the start page", "На начальную страницу";

    // Forms.
    STEP_OF = "Step", "Шаг";
    OF = "of", "из";
    SUMMARY_TITLE = "Something needs another look", "Кое-что нужно поправить";
    ERROR_PREFIX = "Error:", "Ошибка:";
    MIND = "What to mind", "На что обратить внимание";
    WHY = "Why?", "Почему?";
    FRONT = "Front", "Спереди";
    BACK = "Back", "Сзади";
    YOUR_RIGHT = "your right", "ваша правая";
    YOUR_LEFT = "your left", "ваша левая";
    BODY_HINT = "Tap the picture or tick the list.", "Нажмите на рисунок или отметьте в списке.";
    SAVED = "Saved", "Сохранено";
    SAVING = "Saving…", "Сохраняем…";
    NOT_SAVED = "No connection. Your answers are kept on this device and saved as soon as it is back.",
        "Нет связи. Ответы хранятся на этом устройстве и сохранятся, как только она появится.";
    SIGNED_OUT = "You are signed out. Your answers are kept on this device until you sign in again.",
        "Вы вышли. Ответы хранятся на этом устройстве, пока вы снова не войдёте.";

    // Signing in.
    SIGN_IN = "Sign in", "Вход";
    PASSWORD = "Password", "Пароль";
    PASSWORD_HELP = "Whoever set up Keel chose it.", "Его задал тот, кто настроил Keel.";
    OPEN = "Open Keel", "Открыть Keel";
    WRONG_PASSWORD = "This is not the password. Check the capital letters and the keyboard language.",
        "Пароль не подходит. Проверьте заглавные буквы и раскладку клавиатуры.";
    TOO_MANY_TRIES = "Too many wrong passwords. Please wait before the next try:", "Слишком много неверных паролей. До следующей попытки подождите:";
    SECONDS = "s", "с";

    // The emergency page.
    CALL = "Call", "Позвонить";
    SIGNS = "Get help now if you have any of these", "Помощь нужна сейчас, если есть хоть что-то из этого";
    NUMBERS = "Numbers", "Телефоны";
    NO_WAITING = "Do not wait for an answer in this app, and do not exercise.", "Не ждите ответа в приложении и не занимайтесь.";

    // Failures.
    LOCKED = "Exercise is locked for now", "Упражнения пока закрыты";
    LOCKED_HINT = "Keel cannot check whether exercise is safe for you: its clinical rules are missing or were changed without a check. Please do not exercise by it, and talk to your doctor or physiotherapist.",
        "Keel не может проверить, безопасны ли для вас упражнения: клинические правила отсутствуют или изменены без проверки. Пожалуйста, не занимайтесь по программе и поговорите с врачом или физиотерапевтом.";
        BUG = "Something went wrong in Keel", "В Keel что-то пошло не так";
    BUG_HINT = "Your saved answers are safe. Go back and try again; if it happens again, restart Keel.",
        "Сохранённые ответы на месте. Вернитесь и попробуйте снова; если повторится, перезапустите Keel.";
    BUG_URGENT = "If you opened Keel because of new, severe symptoms, do not wait for it:",
        "Если вы открыли Keel из-за новых тяжёлых симптомов, не ждите его:";
    NOT_FOUND = "There is no such page", "Такой страницы нет";
    NOT_FOUND_HINT = "The address may be mistyped, or the page has moved.", "Возможно, адрес набран с ошибкой или страница переехала.";
    METHOD = "This address does not work that way", "Этот адрес так не работает";
    METHOD_HINT = "Open it from the page that leads to it.", "Откройте его со страницы, которая сюда ведёт.";
    TOO_LARGE = "That is more than Keel accepts at once", "Это больше, чем Keel принимает за раз";
    TOO_LARGE_HINT = "Shorten long texts and send the form again.", "Сократите длинные тексты и отправьте форму ещё раз.";
    UNREADABLE = "Keel could not read what was sent", "Keel не смог прочитать отправленное";
    UNREADABLE_HINT = "Reload the page and send the form again.", "Обновите страницу и отправьте форму ещё раз.";
    OTHER_SITE = "This request came from another site, so nothing was changed",
        "Запрос пришёл с другого сайта, поэтому ничего не изменено";
    OTHER_SITE_HINT = "Open Keel in its own tab and try again there.", "Откройте Keel в отдельной вкладке и повторите там.";
    UNKNOWN_HOST = "Keel does not answer under this name", "Под этим именем Keel не отвечает";
    SIGN_IN_FIRST = "Please sign in first", "Сначала войдите";
    /// Beside the link to the programme on paper, which is made when it is asked for.
    PDF_NOTE = "One or two pages to print, made when you open them: that takes a moment.",
        "Одна-две страницы для печати. Они готовятся при открытии: это займёт мгновение.";
    NOT_NOW = "Keel cannot save right now", "Keel сейчас не может сохранять";
    NOT_NOW_HINT = "Nothing was lost that was saved before. Check that the disk is not full, then try again.",
        "Всё сохранённое раньше на месте. Проверьте, не заполнен ли диск, и попробуйте снова.";
    UNKNOWN_FIELD = "Keel does not know this question", "Такого вопроса в Keel нет";
}
