/** A date and time as a clock's registers have them: month 1 to 12, date 1 to 31. */
export interface CalendarTime {
	readonly year: number;
	readonly month: number;
	readonly date: number;
	readonly hour: number;
	readonly minute: number;
	readonly second: number;
}

/** Milliseconds since 1970 UTC; undefined for what no calendar and no clock shows, such as February 30 or 24:00. */
export function calendarToMs(time: CalendarTime): number | undefined {
	const timeMs = Date.UTC(time.year, time.month - 1, time.date, time.hour, time.minute, time.second);
	const back = calendarFromMs(timeMs);
	// Date.UTC carries what is too large into the next field.
	const isPossible =
		back.month === time.month &&
		back.date === time.date &&
		back.hour === time.hour &&
		back.minute === time.minute &&
		back.second === time.second;
	return isPossible ? timeMs : undefined;
}

/** The second in which `timeMs` lies; its fraction is dropped. */
export function calendarFromMs(timeMs: number): CalendarTime {
	const date = new Date(timeMs);
	return {
		year: date.getUTCFullYear(),
		month: date.getUTCMonth() + 1,
		date: date.getUTCDate(),
		hour: date.getUTCHours(),
		minute: date.getUTCMinutes(),
		second: date.getUTCSeconds(),
	};
}
