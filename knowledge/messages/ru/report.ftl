# Программа на бумаге.
report-title = Ваша неделя упражнений
report-no-name = Имя: ______________________
report-age = { $age ->
    [one] { $age } год
    [few] { $age } года
   *[other] { $age } лет
}
report-disc = Диск
report-ambulance = скорая помощь, { $country }
report-ambulance-general = номер экстренной помощи в Европе, России и многих других странах
report-not-a-doctor = Эта программа не заменяет совета врача или физиотерапевта. Keel не является медицинским изделием.
report-strengthen = Укрепляем
report-relieve = Расслабляем
report-direction = Направление, в котором легче
report-trains = Укрепляет: { $groups }.
report-relieves = Расслабляет: { $groups }.
report-minutes = { $minutes } мин
report-walk = { $bouts ->
    [one] { $bouts } прогулка по { $minutes } мин в каждый день занятий.
    [few] { $bouts } прогулки по { $minutes } мин в каждый день занятий, в разное время дня.
   *[other] { $bouts } прогулок по { $minutes } мин в каждый день занятий, в разное время дня.
}
report-walk-range = { $bouts ->
    [one] { $bouts } прогулка от { $minutes } до { $longest } мин в каждый день занятий.
    [few] { $bouts } прогулки от { $minutes } до { $longest } мин в каждый день занятий, в разное время дня.
   *[other] { $bouts } прогулок от { $minutes } до { $longest } мин в каждый день занятий, в разное время дня.
}
report-and-more = { " " }и ещё { $count }
report-stop-1 = Боль, покалывание или онемение спускается ниже по ноге либо боль в ноге выросла больше чем на 2 балла: на сегодня хватит.
report-stop-2 = Боль в спине выше 5 из 10: прекратите это упражнение и займите положение, в котором легче.
report-stop-3 = Головокружение, давление в груди, одышка: остановитесь и обратитесь за помощью.
report-stop-4 = Новая слабость, новое онемение, трудности с мочеиспусканием или стулом: остановитесь и немедленно вызовите помощь.
pain-lead = Для боли в спине во время и после упражнения, от 0 (нет) до 10 (сильнейшая). К следующему утру она должна быть не сильнее, чем до занятия.
pain-go-range = 0–2
pain-go-word = Продолжайте
pain-go-advice = Безопасно. Занимайтесь по плану.
pain-ease-range = 3–5
pain-ease-word = Полегче
pain-ease-advice = Допустимо, если проходит. Оставьте или уменьшите нагрузку; сложнее не делайте.
pain-stop-range = выше 5
pain-stop-word = Стоп
pain-stop-advice = Прекратите это упражнение, займите положение, в котором легче.
diary-lead = Отмечайте, что сделали. Боль записывайте от 0 до 10, спина и нога отдельно: 3/1.
diary-pain-before = Боль до (спина/нога)
diary-pain-during = Сильнее всего (спина/нога)
diary-pain-morning = Наутро (спина/нога)
label-planned-on = Составлено
label-summary = Почему такая программа
label-week = Неделя на одном листе
label-day = День
label-when = Когда
label-what = Что
label-every-day = Каждый день
label-rest-day = Свободный день: положения для отдыха и ходьба по желанию
label-exercises = Упражнения
label-position = Исходное положение
label-movement = Движение
label-cue = Помните
label-mistakes = Избегайте
label-why = Зачем
label-stop = Внимание
label-walking = Ходьба
label-medicines = Лекарства: пожалуйста, спросите
label-stop-rules = Когда остановиться
label-pain-light = Какая боль допустима
label-diary = Дневник
label-tick-box = клетка для отметки
label-left-out = Пока не вошло
label-knowledge = Знания
label-engine = Keel
label-written-on = Составлено
label-what-to-do = Что делать
label-numbers = Куда звонить
label-reasons = Что к этому привело
label-still-allowed = Что пока можно
label-questions = Вопросы врачу
dose-rest-minutes = { $sets ->
    [one] { $amount } мин
   *[other] { $sets } × { $amount } мин
}
dose-rest-seconds = { $sets ->
    [one] { $amount } с
   *[other] { $sets } × { $amount } с
}
dose-sets-reps = { $sets } × { $reps }
dose-hold = удержание { $seconds } с
dose-each-side = на каждую сторону
block-individual = индивидуально
block-complex = всё тело
block-walk = ходьба
block-unload = разгрузка
weekday-1 = пн
weekday-2 = вт
weekday-3 = ср
weekday-4 = чт
weekday-5 = пт
weekday-6 = сб
weekday-7 = вс
month-1 = января
month-2 = февраля
month-3 = марта
month-4 = апреля
month-5 = мая
month-6 = июня
month-7 = июля
month-8 = августа
month-9 = сентября
month-10 = октября
month-11 = ноября
month-12 = декабря
date-long = { $day } { $month } { $year } г.
