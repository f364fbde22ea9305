/**
 * What the information lines of a command begin with: `AT+WDSG`, `AT+WDSC?` and `AT+WDSI=?` answer with lines of their
 * own name. Undefined for everything else: a write (`AT+WDSI=4479`) answers with no line, so a line of that name
 * which arrives meanwhile is unsolicited.
 */
export function informationPrefix(command: string): string | undefined {
	const match = /^AT(\+[A-Z]+)(?:\?|=\?)?$/.exec(command);
	return match ? `${match[1]}:` : undefined;
}
