import {
	type Answer,
	BAD_VALUE,
	type Command,
	type CommandTarget,
	type Handler,
	numberIn,
	OK,
	UNSUPPORTED,
} from "./at-answer.js";
import { FACTORY_PROFILE, factoryConfiguration } from "./flash.js";

const CONTEXTS_MAX = 16;

const line =
	(text: (target: CommandTarget) => string): Handler =>
	(target) => ({ lines: [text(target)] });

const taken: Handler = () => OK;

const echo =
	(on: boolean): Handler =>
	({ profile }) => {
		profile.echo = on;
		return OK;
	};

/** Dates and revisions of the builds whose ATI9 was published; another build's date comes from its name. */
const BUILDS: Readonly<Record<string, readonly [date: string, revision: string]>> = {
	"RHL769x.2.23.172400.201706231140.x7120m_1": ["2017-06-23 11:44:41", "r9909"],
	"RHL769x.2.26.180400.201802141030.x7120m_1": ["2018-02-14 12:02:13", "r12309"],
};

/** The seven lines of ATI9 (forum thread 19601). */
function identification({ behaviour, family, flash }: CommandTarget): Answer {
	if (!behaviour.longIdentification) return UNSUPPORTED;
	const [project = "", major = "0", minor = "0", , stamp = "", chip = ""] = flash.version.split(".");
	const [date, revision] = BUILDS[flash.version] ?? [
		stamp.replace(/^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)$/, "$1-$2-$3 $4:$5:00"),
		"r0",
	];
	return {
		lines: [
			flash.version,
			family.model,
			`${project.replace(/^[RB](?=HL)/, "")}.${major}.${minor}`,
			chip.replace(/_\d+$/, ""),
			"FUSED",
			date,
			revision,
		],
	};
}

function serialNumber({ flash }: CommandTarget, values: readonly string[]): Answer {
	const which = numberIn(values[0], 0, 4);
	if (which === undefined || values.length !== 1) return BAD_VALUE;
	const { imei } = flash;
	const forms = [
		imei,
		`${imei.slice(0, 14)}01`,
		`${imei.slice(0, 14)}-${imei.slice(14)} SV: 01`,
		flash.serialNumber,
		`${flash.serialNumber}00`,
	];
	return { lines: [`+KGSN: ${forms[which]}`] };
}

/** The emulated line carries what is sent with either setting: there is no RTS that could float. */
const flowControl =
	(flow: number): Handler =>
	({ profile }) => {
		profile.flow = flow;
		return OK;
	};

function profileLine({ profile, flash, family }: CommandTarget): Answer {
	const echoed = `E${profile.echo ? 1 : 0}`;
	// +IFC is &K by another name: 2 is RTS/CTS.
	const ifc = profile.flow === 0 ? 0 : 2;
	const flow = family.lwm2m ? `+IFC=${ifc},${ifc} &K${profile.flow}` : `&K${profile.flow}`;
	return {
		lines: ["ACTIVE PROFILE", `${echoed} Q0 V1 X4 &C1 &D1 &R1 &S0 ${flow} +IPR=${flash.baud} +FCLASS0`],
	};
}

function factoryReset({ profile, flash, behaviour, services }: CommandTarget): Answer {
	Object.assign(profile, FACTORY_PROFILE);
	if (behaviour.factoryResetRestoresIndications) flash.indications = 0;
	if (behaviour.factoryResetRestoresAgreements) {
		Object.assign(flash, factoryConfiguration());
		services.forgetRequests();
	}
	return OK;
}

/** Keeps the definition of a context, the last one of each number. */
function defineContext({ flash }: CommandTarget, values: readonly string[]): Answer {
	const id = numberIn(values[0], 1, CONTEXTS_MAX);
	if (id === undefined) return BAD_VALUE;
	const others = flash.contexts.filter((context) => !context.startsWith(`${id},`));
	const [, type, apn] = values;
	flash.contexts = type === undefined ? others : [...others, `${id},"${type}","${apn ?? ""}"`].sort();
	return OK;
}

/** `AT+NAME=v` that is taken (from `min` to `max`) and does nothing here. */
const takesNumber =
	(min: number, max: number): Handler =>
	(_, values) =>
		numberIn(values[0], min, max) === undefined ? BAD_VALUE : OK;

/** The commands that have nothing to do with AVMS. */
export const GENERAL_COMMANDS: Readonly<Record<string, Command>> = {
	"": { execute: taken },
	E: { execute: echo(false) },
	E0: { execute: echo(false) },
	E1: { execute: echo(true) },
	Z: {
		execute: ({ profile, flash }) => {
			Object.assign(profile, flash.profile);
			return OK;
		},
	},
	V1: { execute: taken },
	Q0: { execute: taken },
	"&D0": { execute: taken },
	"&K0": { execute: flowControl(0) },
	"&K3": { execute: flowControl(3) },
	"&F": { execute: factoryReset },
	"&F0": { execute: factoryReset },
	"&V": { execute: profileLine },
	"&W": {
		execute: ({ profile, flash }) => {
			flash.profile = { ...profile };
			return OK;
		},
	},
	I: { execute: line(({ family }) => family.model) },
	I0: { execute: line(({ family }) => family.model) },
	I3: { execute: line(({ flash }) => flash.version) },
	I9: { execute: identification },
	"+CGMI": { test: taken, execute: line(() => "Sierra Wireless") },
	"+CGMM": { test: taken, execute: line(({ family }) => family.model) },
	"+CGMR": { test: taken, execute: line(({ flash }) => flash.version) },
	"+CGSN": { test: taken, execute: line(({ flash }) => flash.imei) },
	"+KGSN": { test: line(() => "+KGSN: (0-4)"), write: serialNumber },
	"+CMEE": {
		test: line(() => "+CMEE: (0-2)"),
		read: line(({ profile }) => `+CMEE: ${profile.errors}`),
		write: ({ profile }, values) => {
			const errors = numberIn(values[0], 0, 2);
			if (errors === undefined) return BAD_VALUE;
			profile.errors = errors;
			return OK;
		},
	},
	"+KSREP": {
		test: line(() => "+KSREP: (0-1)"),
		read: line(({ flash }) => `+KSREP: ${flash.startReport ? 1 : 0},0`),
		write: ({ flash }, values) => {
			const on = numberIn(values[0], 0, 1);
			if (on === undefined) return BAD_VALUE;
			flash.startReport = on === 1;
			return OK;
		},
	},
	"+CFUN": {
		test: line(() => "+CFUN: (0,1,4),(0-1)"),
		read: line(() => "+CFUN: 1"),
		write: (target, values) => {
			if (numberIn(values[0], 0, 4) === undefined) return BAD_VALUE;
			if (values[1] !== undefined && numberIn(values[1], 0, 1) === undefined) return BAD_VALUE;
			if (values[1] === "1") target.restart();
			return OK;
		},
	},
	"+CPOF": {
		test: taken,
		execute: (target) => {
			target.shutDown();
			return OK;
		},
	},
	"+CREG": { read: line(() => "+CREG: 0,5"), write: takesNumber(0, 2) },
	"+CGREG": { read: line(() => "+CGREG: 0,5"), write: takesNumber(0, 2) },
	"+CEREG": { read: line(() => "+CEREG: 0,5"), write: takesNumber(0, 5) },
	"+CPIN": { read: line(() => "+CPIN: READY") },
	"+CGDCONT": {
		test: line(() => `+CGDCONT: (1-${CONTEXTS_MAX}),"IP",,,(0-1),(0-1)`),
		read: ({ flash }) => ({ lines: flash.contexts.map((context) => `+CGDCONT: ${context}`) }),
		write: defineContext,
	},
	"+KSLEEP": { test: line(() => "+KSLEEP: (0-2),(0-2)"), write: takesNumber(0, 2) },
	"+IPR": {
		read: line(({ flash }) => `+IPR: ${flash.baud}`),
		write: ({ flash }, values) => {
			const baud = numberIn(values[0], 0, 3_000_000);
			if (baud === undefined) return BAD_VALUE;
			flash.baud = baud;
			return OK;
		},
	},
};
