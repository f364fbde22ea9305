import { ECHO_OFF } from "./echo-watch.js";
import { PROFILES, type Profile } from "./profiles.js";
import type { Step } from "./step-runner.js";

/** `none`: the port has no hardware flow control, and the modem is to do without. */
export type FlowControl = "none" | "as-it-is";

const STARTUP_REPORT: Readonly<Step> = { name: "KSREP", commands: ["AT+KSREP=1"], required: false };
const POLLING_OFF: Readonly<Step> = { name: "WDSC=3", commands: ["AT+WDSC=3,0"], required: false };
const RETRIES_OFF: Readonly<Step> = { name: "WDSC=4", commands: ["AT+WDSC=4,0"], required: false };
const ECHO: Readonly<Step> = { name: "ATE0", commands: [ECHO_OFF], required: false };
const ERROR_NUMBERS: Readonly<Step> = { name: "CMEE", commands: ["AT+CMEE=1"], required: false };

const SAVE: Readonly<Step> = { name: "&W", commands: ["AT&W"], required: false };

/**
 * For a port without hardware flow control. A modem that has it on answers only where its RTS is held active from
 * outside; it is told to do without, and to keep that. What is off already is left alone, for saving wears the modem's
 * flash; and a profile in which the echo is off is not saved, for the echo that comes back shows a restart.
 */
const FLOW_CONTROL: Readonly<Step> = {
	name: "&V",
	commands: ["AT&V"],
	required: false,
	expect: (line) => line.includes("&K"),
	more: (lines) => {
		const profile = lines.find((line) => line.includes("&K"));
		if (!profile || profile.includes("&K0")) return [];
		const more = (): Step[] => (profile.startsWith("E1") ? [SAVE] : []);
		return [{ name: "&K0", commands: ["AT&K0"], required: false, more }];
	},
};

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
 * by itself. Only the agreements are required. `flowControl`: whether the port has it. The last two make the modem easier to understand: an echo that comes back
 * shows a restart, and errors come with a number; both are lost at every start.
 */
export function armingSteps(
	profile: Readonly<Profile> | undefined,
	flowControl: FlowControl = "as-it-is",
): Step[] {
	const agreements = (profile?.agreementModes ?? UNKNOWN_MODES).map(
		(mode): Step => ({ name: `WDSC=${mode}`, commands: [`AT+WDSC=${mode},1`], required: true }),
	);
	return [
		...agreements,
		STARTUP_REPORT,
		POLLING_OFF,
		RETRIES_OFF,
		indicationStep(profile),
		...(profile?.comesWithFlowControl && flowControl === "none" ? [FLOW_CONTROL] : []),
		ECHO,
		ERROR_NUMBERS,
	];
}
