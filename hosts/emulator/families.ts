import type { RequestKind } from "./requests.js";

export type Model = "HL7692" | "HL7800";

/** One thing that happens while the modem boots, at a share (0 to 1 and beyond) of its boot time. */
export interface BootStep {
	at: number;
	/** `line` is sent as it is; `services` starts device services (`+WDSI: 0`); `ready` opens the UART (`+KSUP`). */
	step: { line: string } | "services" | "ready";
}

export interface Family {
	model: Model;
	/** The firmware of a unit of which nothing else is known. */
	version: string;
	/** The `+WDSI` levels that can be set, as a mask, and as the test command prints them. */
	indicationsMask: number;
	indicationsRange: string;
	requests: readonly RequestKind[];
	/** The answers of `AT+WDSC=?`. */
	configurationLines: readonly string[];
	/** The answers of `AT+WDSR=?`; also the highest reply. */
	replyLine: string;
	replyMax: number;
	/** LwM2M has a bootstrap server and event 23; OMA-DM has neither. */
	lwm2m: boolean;
	serialNumber: string;
	boot: readonly BootStep[];
}

const RETRY_RANGES = `(0-20160)${",(1-20160)".repeat(7)}`;

export const FAMILIES: Readonly<Record<Model, Family>> = {
	HL7692: {
		model: "HL7692",
		version: "RHL769x.2.26.180400.201802141030.x7120m_1",
		indicationsMask: 4095,
		indicationsRange: "(0-4095)",
		requests: ["connect", "download", "install"],
		configurationLines: ["+WDSC: (0-2),(0-1)", "+WDSC: 3,(0-525600)", `+WDSC: 4,${RETRY_RANGES}`],
		replyLine: "+WDSR: (0-5),(0-1440)",
		replyMax: 5,
		lwm2m: false,
		serialNumber: "VE000000000000",
		// The order of forum thread 22701; the times between are made up.
		boot: [
			{ at: 0.5, step: { line: "+CGREG: 2" } },
			{ at: 0.6, step: "services" },
			{ at: 0.7, step: { line: "+CGREG: 3" } },
			{ at: 0.8, step: { line: "+CGREG: 5" } },
			{ at: 0.9, step: { line: "+PBREADY" } },
			{ at: 0.95, step: { line: "+SIM: 1" } },
			{ at: 1, step: "ready" },
		],
	},
	HL7800: {
		model: "HL7800",
		version: "HL7800.4.4.14.0",
		indicationsMask: 4479,
		indicationsRange: "(0-127,256-383,4096-4223,4352-4479)",
		requests: ["connect", "download", "install", "reboot", "uninstall"],
		configurationLines: ["+WDSC: (0-2,5,6),(0-1)", "+WDSC: 3,(0-525600)", `+WDSC: 4,${RETRY_RANGES}`],
		replyLine: "+WDSR: (0-9),(0-1440)",
		replyMax: 9,
		lwm2m: true,
		serialNumber: "T0000000000000",
		// No public log shows a whole boot: the registration lines are off, and event 0 comes last.
		boot: [
			{ at: 1, step: "ready" },
			{ at: 1.1, step: "services" },
		],
	},
};

/** The `+WDSI` level of each event: HL76xx guide rev 6.2, pp. 308 and 309. */
export const EVENT_LEVELS: Readonly<Record<number, number>> = {
	0: 1,
	1: 2,
	2: 2,
	3: 2,
	4: 4,
	5: 4,
	6: 8,
	7: 8,
	8: 8,
	9: 16,
	10: 16,
	11: 16,
	12: 32,
	13: 32,
	14: 64,
	15: 64,
	16: 64,
	17: 128,
	18: 256,
	21: 2048,
	23: 4096,
	24: 2,
	25: 2,
};
