import type { SyncQuery } from "../at/sync-query.js";
import { looksLikeVersion } from "./version.js";

/** `HL7692`; a module of another make too, so that it can be told by its name. */
export function looksLikeModel(line: string): boolean {
	return /^[A-Z]{2,8}[0-9]{2,5}[A-Za-z0-9-]{0,12}$/.test(line);
}

/** An IMEI: 15 digits. */
export function looksLikeImei(line: string): boolean {
	return /^[0-9]{15}$/.test(line);
}

/**
 * What a channel asks to find its place again. Each answers with one bare line that looks like no other's, works
 * without SIM and network, and changes nothing. `ATI3` is there for firmware that knows none of the first three.
 */
export const IDENTITY_QUERIES: readonly SyncQuery[] = [
	{ command: "AT+CGMM", alike: [], isOwnLine: looksLikeModel },
	{ command: "AT+CGMR", alike: ["ATI3"], isOwnLine: looksLikeVersion },
	{ command: "AT+CGSN", alike: [], isOwnLine: looksLikeImei },
	{ command: "ATI3", alike: ["AT+CGMR"], isOwnLine: looksLikeVersion },
];
