/** What shows that the modem has started; `echo`: it echoes although it was told not to, and took. */
export type RestartSign = "KSUP" | "WDSI" | "PBREADY" | "echo";

/**
 * The sign in an unsolicited line, undefined where there is none. `+WDSI: 0` is a weak one: it says that device
 * services are ready, which can also happen later (a SIM PIN was entered, an access point set).
 */
export function restartSignOf(line: string): RestartSign | undefined {
	if (/^\+KSUP: ?[0-9]+$/.test(line)) return "KSUP";
	if (/^\+WDSI: ?0$/.test(line)) return "WDSI";
	if (line === "+PBREADY") return "PBREADY";
	return undefined;
}
