import { parseDecimal } from "./decimal.js";
import type { Request } from "./requests.js";

/** A `+WDSI` line, by what it means. */
export type Indication =
	/** 0: device services are ready. */
	| { kind: "ready" }
	/** 1, 2, 3, 24, 25: agreement is asked for. */
	| { kind: "request"; request: Request }
	/** 4 */
	| { kind: "authenticating" }
	/** 5 */
	| { kind: "authentication-failed" }
	/** 6 */
	| { kind: "session-started" }
	/** 7: the session failed or the server refused it. */
	| { kind: "session-refused" }
	/** 8; C1 firmware says whether something was updated. */
	| { kind: "session-ended"; updated?: boolean }
	/** 9: a package with its size; old families add further numbers. */
	| { kind: "package"; sizeBytes: number; more: readonly number[] }
	/** 10 */
	| { kind: "downloaded" }
	/** 11; cause 0 no space, 1 HTTP, 2 bad package. */
	| { kind: "download-failed"; cause?: number }
	/** 12 */
	| { kind: "signature-accepted" }
	/** 13 */
	| { kind: "signature-rejected" }
	/** 14: the install begins, a restart follows. */
	| { kind: "installing" }
	/** 15 */
	| { kind: "install-failed"; cause?: number }
	/** 16 */
	| { kind: "installed" }
	/** 17: the earlier image is back. */
	| { kind: "fallback" }
	/** 18; 0 to 100, without a number where the download starts. */
	| { kind: "progress"; percent?: number }
	/** 21 */
	| { kind: "provisioned" }
	/** 22; state 0 running, 1 failed, 2 done. */
	| { kind: "registration"; state?: number }
	/** 23 */
	| { kind: "session-server"; server: "bootstrap" | "management" }
	/** A code that the reference does not define, or one whose data cannot be what they should be. */
	| { kind: "unknown"; code: number; data: string };

const PREFIX = "+WDSI:";
const CODE_MAX = 255;
const SIZE_BYTES_MAX = 0xffff_ffff;
const CAUSE_MAX = 65_535;
const FIELDS_MAX = 8;

type Reader = (fields: readonly string[]) => Indication | undefined;

const UPDATED: readonly boolean[] = Object.freeze([false, true]);
const SERVERS: readonly ("bootstrap" | "management")[] = Object.freeze(["bootstrap", "management"]);

/**
 * What each code means: HL76xx AT Commands Interface Guide rev 6.2, pp. 308-309; 9 with further numbers and 11 with a
 * cause: WP75xx AT reference and Sierra's LwM2M client; 18: three forms, HL8548, C1 and BX310x; 23 to 25: HL78xx.
 * A reader is given the data, split at commas, and says undefined where they are not what they should be.
 */
const READERS: Readonly<Record<number, Reader>> = {
	0: () => ({ kind: "ready" }),
	1: () => ({ kind: "request", request: "connect" }),
	2: () => ({ kind: "request", request: "download" }),
	3: () => ({ kind: "request", request: "install" }),
	4: () => ({ kind: "authenticating" }),
	5: () => ({ kind: "authentication-failed" }),
	6: () => ({ kind: "session-started" }),
	7: () => ({ kind: "session-refused" }),
	8: ([updated]) => ({ kind: "session-ended", ...ifKnown("updated", UPDATED[number(updated, 1) ?? -1]) }),
	9: readPackage,
	10: () => ({ kind: "downloaded" }),
	11: ([cause]) => ({ kind: "download-failed", ...ifKnown("cause", number(cause, CAUSE_MAX)) }),
	12: () => ({ kind: "signature-accepted" }),
	13: () => ({ kind: "signature-rejected" }),
	14: () => ({ kind: "installing" }),
	15: ([cause]) => ({ kind: "install-failed", ...ifKnown("cause", number(cause, CAUSE_MAX)) }),
	16: () => ({ kind: "installed" }),
	17: () => ({ kind: "fallback" }),
	18: readProgress,
	21: () => ({ kind: "provisioned" }),
	22: ([state]) => ({ kind: "registration", ...ifKnown("state", number(state, 2)) }),
	23: ([server]) => {
		const name = SERVERS[number(server, 1) ?? -1];
		return name && { kind: "session-server", server: name };
	},
	24: () => ({ kind: "request", request: "reboot" }),
	25: () => ({ kind: "request", request: "uninstall" }),
};

/** Undefined for a line that is no `+WDSI` with a code; never throws. */
export function parseIndication(line: string): Indication | undefined {
	if (!line.startsWith(PREFIX)) return undefined;
	const body = line.slice(PREFIX.length).trim();
	const comma = body.indexOf(",");
	const code = parseDecimal((comma < 0 ? body : body.slice(0, comma)).trim(), CODE_MAX);
	if (code === undefined) return undefined;
	const data = comma < 0 ? "" : body.slice(comma + 1).trim();
	const fields = comma < 0 ? [] : data.split(",", FIELDS_MAX).map((field) => field.trim());
	return READERS[code]?.(fields) ?? { kind: "unknown", code, data };
}

/** The number in a field; undefined where the field is missing or cannot be read. */
function number(field: string | undefined, max: number): number | undefined {
	return field === undefined ? undefined : parseDecimal(field, max);
}

/**
 * That a session ended or a step failed matters more than the number that comes with it: one that cannot be read is
 * left out.
 */
function ifKnown<K extends string, V>(key: K, value: V | undefined): { [key in K]?: V } {
	return value === undefined ? {} : ({ [key]: value } as { [key in K]: V });
}

function readPackage([size, ...more]: readonly string[]): Indication | undefined {
	const sizeBytes = number(size, SIZE_BYTES_MAX);
	const numbers = more.map((field) => number(field, SIZE_BYTES_MAX));
	if (sizeBytes === undefined || numbers.includes(undefined)) return undefined;
	return { kind: "package", sizeBytes, more: numbers as number[] };
}

function readProgress([first]: readonly string[]): Indication | undefined {
	if (first === undefined) return { kind: "progress" };
	const match = /^(?:"([0-9]+)%"|([0-9]+))$/.exec(first);
	const percent = match ? parseDecimal((match[1] ?? match[2]) as string, 100) : undefined;
	return percent === undefined ? undefined : { kind: "progress", percent };
}
