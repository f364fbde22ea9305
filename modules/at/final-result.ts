/** The line that ends a response. */
export interface FinalResult {
	result: "ok" | "error";
	/** The n of `+CME ERROR: n`; absent where the modem gave words or another form of error. */
	cmeError?: number;
}

const CME_PREFIX = "+CME ERROR:";
const CMS_PREFIX = "+CMS ERROR:";
const CME_ERROR_DIGITS_MAX = 5;

/**
 * The final results of 3GPP TS 27.007 that the modem's device services use; undefined for any other line. Connection
 * results (`CONNECT`, `NO CARRIER`) end none of our commands: an HL7800 sends a stray `NO CARRIER` by itself.
 */
export function parseFinalResult(line: string): FinalResult | undefined {
	if (line === "OK") return { result: "ok" };
	if (line === "ERROR" || line.startsWith(CMS_PREFIX)) return { result: "error" };
	if (!line.startsWith(CME_PREFIX)) return undefined;
	const digits = line.slice(CME_PREFIX.length).trim();
	if (!/^[0-9]+$/.test(digits) || digits.length > CME_ERROR_DIGITS_MAX) return { result: "error" };
	return { result: "error", cmeError: Number(digits) };
}
