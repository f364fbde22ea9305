import {
	type Answer,
	BAD_VALUE,
	type Command,
	type CommandTarget,
	NOT_ALLOWED,
	numberIn,
	OK,
} from "./at-answer.js";
import { REQUESTS } from "./requests.js";

const POLL_MODE = 3;
const RETRY_MODE = 4;
const POLL_MINUTES_MAX = 525_600;
const RETRY_MINUTES_MAX = 20_160;
const RETRIES_MAX = 8;
const DELAY_MINUTES_MAX = 1440;
const APN_LENGTH_MAX = 100;
/** The largest size that a driver makes room for (Zephyr, hl7800.c); the modem's own is not published. */
const FILE_BYTES_MAX = 24_643_584;

function readConfiguration({ family, flash }: CommandTarget): Answer {
	const agreements = family.requests.map(
		(kind) => [REQUESTS[kind].mode, flash.agreements[kind] ? 1 : 0] as const,
	);
	const lines = [
		...agreements,
		[POLL_MODE, flash.pollMinutes] as const,
		[RETRY_MODE, flash.retryMinutes.join(",")] as const,
	].sort(([a], [b]) => a - b);
	return { lines: lines.map(([mode, value]) => `+WDSC: ${mode},${value}`) };
}

function writeConfiguration({ family, flash, services }: CommandTarget, values: readonly string[]): Answer {
	const mode = numberIn(values[0], 0, 6);
	if (mode === RETRY_MODE) {
		const minutes = values.slice(1).map((text, i) => numberIn(text, i === 0 ? 0 : 1, RETRY_MINUTES_MAX));
		if (minutes.length === 0 || minutes.length > RETRIES_MAX || minutes.includes(undefined)) return BAD_VALUE;
		// Only the times that are given are replaced (Legato's client).
		flash.retryMinutes = [...(minutes as number[]), ...flash.retryMinutes.slice(minutes.length)];
		if (minutes[0] === 0) services.stopRetries();
		return OK;
	}
	if (values.length !== 2) return BAD_VALUE;
	if (mode === POLL_MODE) {
		const minutes = numberIn(values[1], 0, POLL_MINUTES_MAX);
		if (minutes === undefined) return BAD_VALUE;
		flash.pollMinutes = minutes;
		if (services.ready) services.schedulePoll();
		return OK;
	}
	const kind = family.requests.find((candidate) => REQUESTS[candidate].mode === mode);
	const state = numberIn(values[1], 0, 1);
	if (!kind || state === undefined) return BAD_VALUE;
	flash.agreements[kind] = state === 1;
	return OK;
}

function writeIndications({ family, flash }: CommandTarget, values: readonly string[]): Answer {
	const level = numberIn(values[0], 0, family.indicationsMask);
	if (level === undefined || values.length !== 1 || (level & ~family.indicationsMask) !== 0) return BAD_VALUE;
	flash.indications = level;
	return OK;
}

function readIndications({ family, flash }: CommandTarget): Answer {
	// HL76xx guide rev 6.2, p. 308: no line where it was never set.
	if (flash.indications === null && !family.lwm2m) return OK;
	return { lines: [`+WDSI: ${flash.indications ?? 0}`] };
}

function generalStatus({ services }: CommandTarget): Answer {
	if (!services.ready && services.status.activation !== 1) return NOT_ALLOWED;
	const { activation, work } = services.status;
	return { lines: [`+WDSG: 0,${activation}`, `+WDSG: 1,${work}`] };
}

/** A size of 0 is no bad value but not allowed: `+CME ERROR: 3` whatever the other numbers (Sierra's HL78xx tests). */
function takeFile({ services }: CommandTarget, values: readonly string[]): Answer {
	const fileBytes = numberIn(values[0], 0, FILE_BYTES_MAX);
	if (fileBytes === undefined || values.length !== 1) return BAD_VALUE;
	return fileBytes === 0 || services.isBusy ? NOT_ALLOWED : { fileBytes };
}

function lastError({ services }: CommandTarget): Answer {
	return services.httpStatus === undefined ? OK : { lines: [`+WDSE: ${services.httpStatus}`] };
}

function reply({ family, behaviour, services }: CommandTarget, values: readonly string[]): Answer {
	const code = numberIn(values[0], 0, family.replyMax);
	if (code === undefined || values.length > 2) return BAD_VALUE;
	const minutes = values[1] === undefined ? undefined : numberIn(values[1], 0, DELAY_MINUTES_MAX);
	if (values[1] !== undefined && minutes === undefined) return BAD_VALUE;
	const result = services.reply(code, minutes);
	if (result === "error") return NOT_ALLOWED;
	// Half a step later than the event that the reply causes.
	if (result === "accepted" && behaviour.acceptAnswer === "after-event")
		return { lines: [], waitMs: behaviour.sessionStartMs + behaviour.stepMs / 2 };
	return OK;
}

function testSession({ family, behaviour }: CommandTarget): Answer {
	const lines = ["+WDSS: 1,(0-1)"];
	if (!family.lwm2m) lines.unshift('+WDSS: 0,"<apn>"');
	if (behaviour.sessionContextMode) lines.push("+WDSS: 2,(1-2)");
	return { lines };
}

function readSession({ flash, behaviour, services }: CommandTarget): Answer {
	const lines = [`+WDSS: 1,${services.sessionRuns ? 1 : 0}`];
	if (flash.apn) lines.unshift(`+WDSS: 0,"${flash.apn}"`);
	if (behaviour.sessionContextMode) lines.push(`+WDSS: 2,${flash.contextId}`);
	return { lines };
}

function writeSession(
	{ family, flash, behaviour, services }: CommandTarget,
	values: readonly string[],
): Answer {
	const [mode, value = ""] = values;
	if (values.length !== 2) return BAD_VALUE;
	if (mode === "0" && !family.lwm2m) {
		if (value.length === 0 || value.length > APN_LENGTH_MAX) return BAD_VALUE;
		services.setApn(value);
		return OK;
	}
	if (mode === "2" && behaviour.sessionContextMode) {
		const id = numberIn(value, 1, 2);
		if (id === undefined) return BAD_VALUE;
		flash.contextId = id;
		return OK;
	}
	if (mode !== "1" || (value !== "0" && value !== "1")) return BAD_VALUE;
	if (!services.ready) return NOT_ALLOWED;
	if (value === "1") services.startSession();
	else services.stopSession();
	return OK;
}

/** The commands of AVMS device services: reference, section 1. */
export const DEVICE_SERVICES_COMMANDS: Readonly<Record<string, Command>> = {
	"+WDSC": {
		test: ({ family }) => ({ lines: family.configurationLines }),
		read: readConfiguration,
		write: writeConfiguration,
	},
	"+WDSD": {
		test: () => ({ lines: [`+WDSD: (1-${FILE_BYTES_MAX})`] }),
		write: takeFile,
	},
	"+WDSE": { test: () => OK, execute: lastError },
	"+WDSG": { test: () => OK, execute: generalStatus },
	"+WDSI": {
		test: ({ family }) => ({ lines: [`+WDSI: ${family.indicationsRange}`] }),
		read: readIndications,
		write: writeIndications,
	},
	"+WDSR": { test: ({ family }) => ({ lines: [family.replyLine] }), write: reply },
	"+WDSS": { test: testSession, read: readSession, write: writeSession },
};
