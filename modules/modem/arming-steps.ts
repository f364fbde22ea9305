import { ECHO_OFF } from "./echo-watch.js";
import { PROFILES, type Profile } from "./profiles.js";
import type { Step } from "./step-runner.js";

const STARTUP_REPORT: Readonly<Step> = { name: "KSREP", commands: ["AT+KSREP=1"], required: false };
const POLLING_OFF: Readonly<Step> = { name: "WDSC=3", commands: ["AT+WDSC=3,0"], required: false };
const RETRIES_OFF: Readonly<Step> = { name: "WDSC=4", commands: ["AT+WDSC=4,0"], required: false };
const ECHO: Readonly<Step> = { name: "ATE0", commands: [ECHO_OFF], required: false };
const ERROR_NUMBERS: Readonly<Step> = { name: "CMEE", commands: ["AT+CMEE=1"], required: false };

/** The most cautious guess for a module of neither family: what every one of them is known to take. */
const UNKNOWN_MODES: readonly number[] = PROFILES.HL7692.agreementModes;
const UNKNOWN_MASKS: readonly number[] = [127];

/** The mask is the last resort of knowing what the modem wants; a modem that refuses one is given the next. */
export function indicationStep(profile: Readonly<Profile> | undefined): Step {
	const masks = profile?.indicationMasks ?? UNKNOWN_MASKS;
	return { name: "WDSI", commands: masks.map((mask) => `AT+WDSI=${mask}`), required: false };
}

/**
 * What keeps the window shut in the modem, in the order of the danger: with the install agreement off it would install
 * by itself. Only the agreements are required. The last two make the modem easier to understand: an echo that comes back
 * shows a restart, and errors come with a number; both are lost at every start.
 */
export function armingSteps(profile: Readonly<Profile> | undefined): Step[] {
	const agreements = (profile?.agreementModes ?? UNKNOWN_MODES).map(
		(mode): Step => ({ name: `WDSC=${mode}`, commands: [`AT+WDSC=${mode},1`], required: true }),
	);
	return [
		...agreements,
		STARTUP_REPORT,
		POLLING_OFF,
		RETRIES_OFF,
		indicationStep(profile),
		ECHO,
		ERROR_NUMBERS,
	];
}
