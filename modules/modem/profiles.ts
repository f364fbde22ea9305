import type { Request } from "./requests.js";

/** The two families that the product can have. */
export type Family = "HL7692" | "HL7800";

/** What differs between the families, as data. */
export interface Profile {
	family: Family;
	/** What `AT+CGMM` begins with for modules of this family. */
	modelPrefix: string;
	/** Masks for `AT+WDSI=`, the fullest first; a modem that refuses one is given the next. */
	indicationMasks: readonly number[];
	/** Modes of `AT+WDSC` that make the modem ask, in the order of the danger of its not asking. */
	agreementModes: readonly number[];
	/** Commands that set the access point for device management; `%` stands for its name. */
	apnCommands: readonly string[];
	/** Commands that the first session needs where no access point is given. */
	contextCommands: readonly string[];
	/** Commands before a file is sent over the line. */
	fileCommands: readonly string[];
	/** Requests that can be refused and not only put off, with the reply that does it. */
	refusals: Readonly<Partial<Record<Request, string>>>;
	/** The longest delay that `AT+WDSR` takes. */
	delayMinutesMax: number;
	/** The first commands after a boot may be echoed and never answered. */
	losesFirstCommands: boolean;
	/** It has RTS/CTS flow control on from the factory (`&K3`). */
	comesWithFlowControl: boolean;
	/** From power-on or restart until it must have answered. */
	bootMaxMs: number;
}

/** The longest delay that `AT+WDSR` takes, in both families. */
export const DELAY_MINUTES_MAX = 1440;

/**
 * Sleep breaks a transfer (forum thread 35845). `AT&D0`, `AT&K0` and `AT&W` were advised as well (thread 15079), but they
 * change how the product's own wires are used, and for good.
 */
const NO_SLEEP: readonly string[] = Object.freeze(["AT+KSLEEP=2"]);

export const PROFILES: Readonly<Record<Family, Readonly<Profile>>> = Object.freeze({
	HL7692: Object.freeze({
		family: "HL7692",
		modelPrefix: "HL76",
		// 4095 is used in the field (forum threads 15079, 35845) although the HL76xx guide, rev 6.2, calls bits 512, 1024
		// and 4096 reserved; 2559 is every bit it defines.
		indicationMasks: Object.freeze([4095, 2559, 127]),
		agreementModes: Object.freeze([2, 1, 0]),
		apnCommands: Object.freeze(['AT+WDSS=0,"%"']),
		contextCommands: Object.freeze([]),
		fileCommands: NO_SLEEP,
		// Under OMA-DM a download is refused with timer 0 (WP75xx reference; C1 manual); an install cannot be.
		refusals: Object.freeze({ download: "AT+WDSR=2,0" }),
		delayMinutesMax: DELAY_MINUTES_MAX,
		losesFirstCommands: true,
		// Unconfirmed; its users were advised to switch it off for a local update (forum thread 15079).
		comesWithFlowControl: false,
		bootMaxMs: 30_000,
	}),
	HL7800: Object.freeze({
		family: "HL7800",
		modelPrefix: "HL78",
		// Legal are 0-127, 256-383, 4096-4223 and 4352-4479 (Sierra's HL78xx integration tests).
		indicationMasks: Object.freeze([4479, 383, 127]),
		agreementModes: Object.freeze([2, 1, 0, 5, 6]),
		apnCommands: Object.freeze(['AT+CGDCONT=1,"IP","%"', "AT+WDSS=2,1"]),
		contextCommands: Object.freeze(["AT+WDSS=2,1"]),
		fileCommands: NO_SLEEP,
		refusals: Object.freeze({}),
		delayMinutesMax: DELAY_MINUTES_MAX,
		losesFirstCommands: false,
		comesWithFlowControl: true,
		bootMaxMs: 30_000,
	}),
});

/** The profile of a model as `AT+CGMM` names it; undefined for a module of neither family. */
export function profileOf(model: string): Readonly<Profile> | undefined {
	for (const profile of Object.values(PROFILES)) if (model.startsWith(profile.modelPrefix)) return profile;
	return undefined;
}
