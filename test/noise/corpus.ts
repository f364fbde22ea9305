/**
 * What modems of these families say, from the reference (sections 1, 2.1, 5 and 6) and from the emulated modem: unit
 * identifiers are made up. Each is what comes after one command, or by itself where the command is empty.
 */
export interface Exchange {
	command: string;
	lines: readonly string[];
}

const exchange = (command: string, ...lines: string[]): Exchange => ({ command, lines });

export const EXCHANGES: readonly Exchange[] = [
	exchange("AT", "OK"),
	exchange("AT+CGMM", "HL7692", "OK"),
	exchange("AT+CGMM", "HL7800", "OK"),
	exchange("AT+CGMR", "RHL769x.2.26.180400.201802141030.x7120m_1", "OK"),
	exchange("AT+CGMR", "HL7800.4.4.14.0", "OK"),
	exchange("ATI3", "BHL7800.3.5.1.1.20190720", "OK"),
	exchange(
		"ATI9",
		"RHL769x.2.26.180400.201802141030.x7120m_1",
		"HL7692",
		"HL769x.2.26",
		"x7120m",
		"FUSED",
		"2018-02-14 12:02:13",
		"r12309",
		"OK",
	),
	exchange("AT+CGSN", "350000000000006", "OK"),
	exchange("AT+KGSN=3", "+KGSN: VE000000000000", "OK"),
	exchange("AT+WDSG", "+WDSG: 0,3", "+WDSG: 1,0", "OK"),
	exchange("AT+WDSG", "+WDSG: 0,3", "+WDSG: 1,3", "OK"),
	exchange(
		"AT+WDSC?",
		"+WDSC: 0,1",
		"+WDSC: 1,1",
		"+WDSC: 2,1",
		"+WDSC: 3,0",
		"+WDSC: 4,15,60,240,960,2880,10080,10080",
		"+WDSC: 5,1",
		"+WDSC: 6,1",
		"OK",
	),
	exchange("AT+WDSE", "+WDSE: 200", "OK"),
	exchange("AT+WDSS=1,1", "OK", "+WDSI: 4", "+WDSI: 6", "+WDSI: 8"),
	exchange("AT+WDSS=1,1", "OK", "+WDSI: 4", "+WDSI: 5"),
	exchange("AT+WDSS=1,1", "OK", "+WDSI: 4", "+WDSI: 6", "+WDSI: 23,1", "+WDSI: 2"),
	exchange("AT+WDSS=1,0", "OK", "+WDSI: 8"),
	exchange(
		"AT+WDSR=3",
		"OK",
		"+WDSI: 9,400000",
		"+WDSI: 18,0",
		"+WDSI: 18,50",
		"+WDSI: 18,100",
		"+WDSI: 10",
		"+WDSI: 12",
		"+WDSI: 4",
		"+WDSI: 6",
		"+WDSI: 23,1",
		"+WDSI: 3",
		"+WDSI: 8",
	),
	exchange("AT+WDSR=4", "OK", "+WDSI: 14", "\0\0\0\0swu_start: 0", "+NVBU_IND: 1", "+WDSI: 16"),
	exchange("AT+WDSR=5,1440", "OK"),
	exchange("AT+WDSR=5,0", "+CME ERROR: 3"),
	exchange("AT+WDSC=2,1", "OK"),
	exchange("AT+WDSI=4479", "ERROR"),
];

/** What comes by itself. */
export const UNSOLICITED: readonly string[] = [
	"+WDSI: 0",
	"+WDSI: 1",
	"+WDSI: 2",
	"+WDSI: 3",
	"+WDSI: 4",
	"+WDSI: 6",
	"+WDSI: 8",
	"+WDSI: 9,400000",
	"+WDSI: 9,400001",
	"+WDSI: 10",
	"+WDSI: 11,2",
	"+WDSI: 13",
	"+WDSI: 14",
	"+WDSI: 15",
	"+WDSI: 16",
	'+WDSI: 18,"98%"',
	"+WDSI: 18,42",
	"+WDSI: 23,0",
	"+WDSI: 24",
	"+WDSI: 25",
	"+KSUP: 0",
	"+KSUP: 2",
	"+PBREADY",
	"+SIM: 1",
	"+CGREG: 5",
	"+NVBU_IND: 1",
	"swu_install: 12",
	"NO CARRIER",
	"RING",
];

/** What a hostile or a broken modem would say. */
export const HOSTILE: readonly string[] = [
	"OK",
	"ERROR",
	"+CME ERROR: 3",
	"+CME ERROR: 99999999999999999999",
	"+CMS ERROR: 500",
	"+WDSI: 9,99999999999999999999999",
	"+WDSI: 9,-1",
	"+WDSI: 9,0",
	"+WDSI: 255,1",
	"+WDSI: 256",
	"+WDSI: ,,,,,,,,",
	"+WDSI:",
	"+WDSI: 18,101",
	"+WDSG: 0,0",
	"+WDSG: 1,3",
	"+WDSC: 2,0",
	"+KSUP: 99999999999",
	"HL7692",
	"HL7800",
	"HL9999",
	"HL7800.4.5.4.0",
	"RHL769x.2.27.183100.201809071813.x7120m_3",
	"350000000000006",
	"AT+WDSR=4",
	"AT+WDSS=1,1",
	"AT",
	"__proto__",
	"constructor",
];

const framed = (line: string): string => `\r\n${line}\r\n`;

/** The exchange as it is on the line: the command echoed, or not, and then its lines. */
export function onTheLine({ command, lines }: Exchange, echo: boolean): string {
	return `${echo ? `${command}\r` : ""}${lines.map(framed).join("")}`;
}

/** Every transcript as text, with and without echo. */
export const TRANSCRIPTS: readonly string[] = [
	...EXCHANGES.map((exchange) => onTheLine(exchange, false)),
	...EXCHANGES.map((exchange) => onTheLine(exchange, true)),
	UNSOLICITED.map(framed).join(""),
];
