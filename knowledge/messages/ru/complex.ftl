# Терапия помимо упражнений: поддержка, опросники, лекарства, физиотерапия, корсеты, течение.
complex-title = Кроме упражнений
complex-lead = Упражнения — сердце терапии. Здесь то, что идёт рядом: как ваши дела, что вы принимаете, что делает физиотерапевт, нужен ли корсет и чего ждать.
complex-locked = Что делать сейчас и почему
complex-support = Поддержка
complex-questionnaires = Опросники
complex-medicines = Лекарства
complex-physiotherapy = Физиотерапия
complex-belt = Корсеты и другие средства
complex-course = Чего ждать
complex-questionnaires-what = Короткие опросники показывают по неделям, становится ли лучше.
complex-medicines-what = Что вы приняли и что допускают инструкции. Keel только считает и предупреждает.
complex-physiotherapy-what = Что известно о каждой процедуре, нет ли у вас противопоказаний, и дневник процедур.
complex-belt-what = Нужен ли вам корсет, как снять мерки, как оценить изделие и как от него отвыкать.
complex-course-what = Как это обычно проходит, план на плохие дни, что кому сказать.
complex-more = Кроме упражнений
support-low = Советы, активность, самостоятельная работа.
support-medium = Программу лучше вести физиотерапевту.
support-high = Лучше всего — физиотерапия вместе со специалистом, который поможет с тем, что вас тяготит. Покажите это врачу.
support-why = То, что вы рассказали, меняет предлагаемую помощь, но никогда — разрешение заниматься.
trend-better = лучше, и это больше случайного колебания
trend-worse = хуже, и это больше случайного колебания
trend-same = изменения, отличимого от случайного, нет
trend-cannot-show = начальное значение слишком близко к краю шкалы, чтобы показать изменение
questionnaire-due = { $week ->
    [0] сейчас, для начала
    *[other] сейчас, после { $week }-й недели
}
questionnaires-due = Пора заполнить
questionnaires-others = В любое время
questionnaires-none-due = Сегодня ничего заполнять не нужно.
questionnaires-minutes = { $minutes ->
    [one] около { $minutes } минуты
    *[other] около { $minutes } минут
}
questionnaires-operator = Текст этого опросника принадлежит его владельцам. Заполните выданный вам бланк и внесите числа сюда.
questionnaires-total = Введите результат, который вам сообщили.
questionnaires-item = Вопрос { $item }
questionnaires-of = Какое занятие?
questionnaires-tick = Отметьте, что верно
questionnaires-send = Закончить и увидеть результат
questionnaires-result = Результат от { $date }
questionnaires-no-score = Балла нет: { $missing ->
    [one] не хватает { $missing } ответа
    *[other] не хватает { $missing } ответов
}.
questionnaires-not-believable = Балла нет: больше 16 часов активности в сутки не учитывается.
questionnaires-history = Во времени
questionnaires-since-first = С первого раза: { $trend }.
questionnaires-better-higher = Чем выше, тем лучше.
questionnaires-better-lower = Чем ниже, тем лучше.
questionnaires-rights = Права
questionnaires-draft = Ответы сохраняются по ходу; засчитываются, когда вы закончите.
meds-title = Дневник лекарств
meds-lead = Записывайте, что приняли. Keel складывает, напоминает, что ещё может действовать во время занятия, и предупреждает. Он никогда не советует принимать, отменять или менять лекарство: это делают врач и фармацевт.
meds-add = Записать
meds-medicine = Что вы приняли?
meds-mg = Сколько миллиграммов?
meds-mg-help = Число таблеток, умноженное на дозу на упаковке. Если не знаете, оставьте пустым.
meds-when = Когда?
meds-save = Записать
meds-24h = За последние 24 часа
meds-none = За последние 24 часа ничего не записано.
meds-of-label = { $mg } мг; по инструкции не больше { $most } мг в сутки
meds-mg-only = { $mg } мг
meds-times = { $times ->
    [one] принято { $times } раз
    [few] принято { $times } раза
    *[other] принято { $times } раз
}
meds-without-mg = { $count ->
    [one] { $count } запись без миллиграммов, значит, было больше
    [few] { $count } записи без миллиграммов, значит, было больше
    *[other] { $count } записей без миллиграммов, значит, было больше
}
meds-lower = Предел по инструкции для вас ниже, потому что { $why }.
meds-still = Может ещё действовать
meds-still-masks = { $name } может скрывать боль до { $until }: до этого ничего нового и ничего труднее.
meds-still-sedates = { $name } может вызывать сонливость до { $until }: без упражнений на равновесие и ходьбы спиной вперёд.
meds-earlier = Раньше
meds-remove = Отменить запись
meds-checked = По вашему списку проверяются взаимодействия: { $count }. Это не все, какие бывают: фармацевт знает больше.
meds-list = Ваш список лекарств
physio-title = Физиотерапия
physio-lead = Keel не предлагает процедур и доз. Он показывает, что известно, проверяет противопоказания и ведёт ваш дневник.
physio-prescribed = Назначено или применяется
physio-all = Все процедуры
physio-questions = Вопросы перед процедурами
physio-questions-lead = От ответов зависят противопоказания. Вопрос без ответа считается невыясненным.
cleared-yes = известных противопоказаний нет
cleared-ask-first = сначала нужно выяснить
cleared-no = вам сейчас нельзя
cleared-waits = подождёт, пока вас не осмотрит врач
cleared-no-because = Вам сейчас нельзя, потому что { $reason }.
cleared-ask-because = Сначала нужно выяснить: было бы нельзя, если { $reason }.
grade-likely = польза вероятна
grade-possible = возможна недолгая польза
grade-insufficient = известно недостаточно
grade-against = обычно не рекомендуется
who-self = дома
who-professional = проводит физиотерапевт
who-clinician = проводит врач
who-specialist = проводит специалист
physio-what = Что это
physio-evidence = Что известно
physio-expect = Чего ждать
physio-wait = { $hours ->
    [one] После процедуры { $hours } час без упражнений.
    [few] После процедуры { $hours } часа без упражнений.
    *[other] После процедуры { $hours } часов без упражнений.
}
treatment-wait = После процедуры «{ $name }» — без упражнений до { $until }.
treatment-wait-open = Положения для облегчения, дыхание и спокойная ходьба остаются открыты.
physio-log = Записать процедуру
physio-modality = Какая процедура?
physio-when = Когда закончилась?
physio-before = Боль до (0–10)
physio-after = Боль через сутки (0–10)
physio-side = Побочные явления (0 — нет, 10 — очень сильные)
physio-had = { $times ->
    [one] Пока проведено { $times } раз
    [few] Пока проведено { $times } раза
    *[other] Пока проведено { $times } раз
}
physio-change-better = через сутки боль в среднем меньше на { $points } балла
physio-change-worse = через сутки боль в среднем больше на { $points } балла
physio-change-same = через сутки боль в среднем без изменений
physio-review = Проведено много раз без заметного изменения. Обсудите с тем, кто назначил, стоит ли продолжать. Процедура никогда не заменяет упражнения.
physio-log-title = Ваш дневник процедур
physio-none = В дневнике пока нет процедур.
belt-title = Корсеты и другие средства
belt-against = Что говорит против корсета у вас
belt-options = Есть ли в нём смысл для вас?
belt-option-sensible = можно попробовать
belt-option-ask = зависит от ответов ниже
belt-option-no = не для вас или решает врач
decides-self = можно выбрать самостоятельно
decides-professional = решает физиотерапевт
decides-clinician = решает врач
decides-specialist = решает специалист
belt-made = Как устроен
belt-not-for = Чего он не делает
belt-measure = Мерки
belt-measure-lead = Стоя свободно, в тонкой одежде или без неё, лента параллельно полу, после спокойного выдоха. Измеряйте дважды.
belt-quality = Хорош ли именно этот?
belt-quality-lead = Перед вами изделие или его страница. По ответам считаются баллы.
belt-quality-score = { $points } из { $most } баллов
belt-quality-open = { $count ->
    [one] остался { $count } вопрос
    [few] осталось { $count } вопроса
    *[other] осталось { $count } вопросов
}
belt-quality-good = Ничто не говорит против этого изделия.
belt-quality-not = Лучше не этот:
belt-fit = Подходит ли по посадке?
belt-fit-lead = Наденьте по инструкции, походите десять минут, затем ответьте.
belt-fit-off = Снимите, пока это не решено: { $text }
belt-uncomfortable = Что-то неудобно (4 и больше): если повторится, подберите посадку заново.
belt-wear = Ношение и отвыкание
belt-wear-weeks = Недели { $from }–{ $to }: не больше { $hours } ч в день
belt-wear-weeks-none = Недели { $from }–{ $to }: по привычке не носить, только для редкой работы
belt-wear-now-none = Идёт { $week }-я неделя ношения: сегодня без пояса, кроме редкой тяжёлой работы.
belt-wear-now = Идёт { $week }-я неделя ношения: сегодня не больше { $hours } ч.
belt-too-long = Вчера корсет носили дольше, чем намечено.
belt-tasks = Для чего
belt-never = Когда не надевать
belt-stop = Снимите и спросите врача, если
belt-safety = К вопросам безопасности
belt-wean = Как отвыкать
belt-guard = Мышцы в это время
belt-kit = Другие средства
belt-yours = О вас и вашем корсете
course-title = Чего ждать
course-week = { $weeks ->
    [0] Идёт первая неделя.
    *[other] Идёт { $weeks }-я неделя.
}
course-phases = По неделям
course-expect = Честные числа
course-flare = Если стало хуже
course-flare-lead = Плохие дни — часть выздоровления. Этот план проведёт через них.
course-flare-ask = Это ухудшение?
course-flare-step = На каком вы шаге
course-tell = Что кому сказать
course-claim = Что говорят люди
course-claim-says = Что говорит Keel
course-why = Что показывают исследования
course-exercises = Упражнения этого шага
test-timer-start = Запустить часы
test-timer-stop = Стоп
test-timer-left = осталось { $seconds } с
test-timer-ran = { $seconds } с
test-clinician = Этот тест проводит только физиотерапевт или врач.
action-save-form = Сохранить
meds-how = Как вы это принимаете?
meds-how-prescribed = регулярно, по назначению
meds-how-as_needed = по необходимости
physio-course = Проведено { $done } из { $sessions }, назначил(а) { $by }.
physio-course-next = Следующая по плану: { $day }.
physio-course-done = Курс завершён.
physio-plan = Записать назначенный курс
physio-plan-lead = Так, как назначил врач или физиотерапевт. Keel только ведёт счёт.
physio-plan-sessions = Сколько процедур?
physio-plan-per-week = Сколько в неделю?
physio-plan-from = С какого дня?
physio-plan-by = Кто назначил?
complex-examined = Известные признаки без изменений
complex-examined-what = Для врача: признак известен, осмотрен и не изменился.
stop-examined = Врач это осмотрел и знает: записать
examined-title = Известно, осмотрено, без изменений
examined-lead = У некоторых людей есть признак, который Keel обязан считать тревожным, хотя врач его осмотрел и знает. Записать это здесь может только этот врач.
examined-not = Чего эта запись не меняет
examined-not-new = Всё новое или другое учитывается сразу и полностью. Если сомневаетесь, отмените запись и звоните.
examined-not-others = Все остальные признаки сохраняют своё значение, а вопросы о безопасности задаются как прежде.
examined-not-cleared = Она не означает допуска к упражнениям. Там, где это сказано в списке ниже, Keel по-прежнему просит сначала обратиться к врачу.
examined-not-long = Она заканчивается сама, самое позднее через { $days } дн. После этого признак снова учитывается полностью, пока его не осмотрят ещё раз.
examined-signs = Какие признаки
examined-signs-lead = Пока запись действует и только пока вы отвечаете на вопрос «да», этот признак сам по себе ведёт к уровню:
examined-alone = Сам по себе не останавливает
examined-record = Записать осмотр
examined-record-lead = Заполняет врач, который вас осмотрел, или вы вместе с ним. Один признак — одна запись.
examined-item = Какой признак известен?
examined-item-wrong = Выберите признак, который осмотрели.
examined-by = Кто осмотрел? Имя врача
examined-on = В какой день?
examined-until = До какого дня это действует?
examined-until-help = Не больше { $days } дн. после осмотра.
examined-unchanged = Изменилось ли с тех пор что-нибудь в этом признаке?
examined-unchanged-yes = Нет, без изменений
examined-unchanged-no = Да, изменилось
examined-unchanged-wrong = Скажите, изменилось ли что-нибудь. Без ответа запись не действует.
examined-log = Записи
examined-none = Ничего не записано.
examined-state-holds = Действует до { $until }: осмотр { $on }, { $by }.
examined-state-ended = Закончилась { $until }: осмотр { $on }, { $by }.
examined-state-changed = Не действует, потому что что-то изменилось: осмотр { $on }, { $by }.
