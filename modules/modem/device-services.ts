import {
	type Answer,
	Channel,
	type SendOptions,
	type SerialOptions,
	type SyncAnswer,
	type Trouble,
} from "../at/channel.js";
import { QueueFullError } from "../at/channel-errors.js";
import type { Transfer, TransferOptions } from "../at/transfer.js";
import type { Clock } from "../io/clock.js";
import { armingSteps, type FlowControl, indicationStep } from "./arming-steps.js";
import { parseDecimal } from "./decimal.js";
import {
	AccessPointError,
	DelayError,
	NotPermittedError,
	RefusalNotPossibleError,
} from "./device-services-errors.js";
import { ECHO_OFF, EchoWatch } from "./echo-watch.js";
import { Identification, type Identity, identityOf } from "./identification.js";
import { IDENTITY_QUERIES } from "./identity.js";
import { type Indication, parseIndication } from "./indication.js";
import { DELAY_MINUTES_MAX, type Family, PROFILES, type Profile, profileOf } from "./profiles.js";
import { REQUESTS, type Request } from "./requests.js";
import { type RestartSign, restartSignOf } from "./restart-sign.js";
import { type Step, StepRunner, type StepsResult } from "./step-runner.js";
import { parseVersion } from "./version.js";

/** What only an open window permits: to agree to a request, to refuse one for good, to open a session, to send a local file. */
export type Guarded = Request | "refusal" | "session" | "local-download";

/** The first line of `AT+WDSG`: 0 prohibited, 1 deactivated, 2 to be provisioned, 3 activated; and the second: */
export interface Status {
	services: 0 | 1 | 2 | 3;
	/** 0 nothing, 1 a session runs, 2 a package waits on the server, 3 a package is here and can be installed. */
	activity: 0 | 1 | 2 | 3;
}

export interface ArmResult {
	/** Every agreement is set. */
	armed: boolean;
	/** The steps that are not set: `WDSC=2`, `KSREP`, `WDSI`, ...; or `superseded`, by a later arm(). */
	refused: string[];
}

/** `ok` is true where the modem said OK; the answer says why it is not. */
export type Done = (ok: boolean, answer: Answer) => void;

/** What becomes of a file that is sent, see TransferOptions. */
export type FileOptions = Pick<TransferOptions, "onStart" | "onBytes" | "onRestart" | "done">;

export interface DeviceServicesOptions {
	serial: SerialOptions;
	clock: Clock;
	/** Given, it stands in where the modem's own answer names neither family. */
	family: "auto" | Family;
	/** Whether the port has hardware flow control; default: the modem's setting is left as it is. */
	flowControl?: FlowControl | undefined;
	/**
	 * Promise P1: asked when a guarded command is called for, and again just before its first byte is sent, for it may
	 * have waited in between.
	 */
	permit(command: Guarded): boolean;
	onIndication(indication: Indication): void;
	/** The modem shows that it has started; called before onIndication where one line is both. */
	onRestart(sign: RestartSign): void;
	/** The port is gone; all that was asked has been told so. */
	onGone(reason: string): void;
	onTrouble?(trouble: Trouble): void;
	onTraffic?(direction: "sent" | "received", line: string): void;
}

/** 6 s works in the field for every plain command (Zephyr's hl7800.c); a session command may take longer. */
const QUERY_MS = 6_000;
const SESSION_MS = 15_000;
const IDENTITY_TRIES_MAX = 2;
const CONNECT_ROUNDS_MAX = 3;
/** A command that found the queue full is told so after this long. */
const QUEUE_FULL_MS = 1_000;
const UNSENT: Readonly<Answer> = Object.freeze({ result: "timeout", sent: false, lines: [] });
const HTTP_STATUS_MAX = 999;
const SETTING_MAX = 525_600;
const MODE_MAX = 6;
const CLOSED_TRANSFER: Transfer = Object.freeze({ write: () => {}, end: () => {} });

/**
 * The modem's device services (`AT+WDS*`, `+WDSI`). It owns the channel, and there is no other way to send, so what
 * `permit` does not permit is never sent.
 *
 * Every `done` is called exactly once and never from within the call, unless the services are closed before or it says
 * otherwise. A queue that is full throws nothing: where more than eight commands wait, one more is not sent, and is told
 * so a little later, as one that the modem did not answer is. Who asks again and again therefore asks one at a time.
 * After close() calls have no effect.
 */
export class DeviceServices {
	readonly #options: DeviceServicesOptions;
	readonly #channel: Channel;
	#closed = false;
	#model: string | undefined;
	readonly #echo = new EchoWatch();
	/** Counts the connects; one that was cancelled or replaced no longer has the number. */
	#connectRun = 0;
	#cancelWake: (() => void) | undefined;
	#arming: { runner: StepRunner; done(result: ArmResult): void } | undefined;

	/** Opens the port and sends nothing. Throws what the Serial's constructor throws. */
	constructor(options: DeviceServicesOptions) {
		this.#options = options;
		const { serial, clock, onTrouble, onTraffic } = options;
		this.#channel = new Channel({
			serial,
			clock,
			syncQueries: IDENTITY_QUERIES,
			isRestart: (line) => restartSignOf(line) !== undefined,
			onLine: (line) => this.#receive(line),
			onEcho: () => {
				if (this.#echo.heard()) options.onRestart("echo");
			},
			onGone: (reason) => options.onGone(reason),
			...(onTrouble && { onTrouble: (trouble: Trouble) => onTrouble.call(options, trouble) }),
			...(onTraffic && {
				onTraffic: (direction: "sent" | "received", line: string) => onTraffic.call(options, direction, line),
			}),
		});
	}

	/** The family's profile; undefined until the modem named itself or where it names neither and none was given. */
	get profile(): Readonly<Profile> | undefined {
		const own = this.#model === undefined ? undefined : profileOf(this.#model);
		if (own) return own;
		return this.#options.family === "auto" ? undefined : PROFILES[this.#options.family];
	}

	/** Ends all that runs, without `onGone`, and releases the port. May be called twice. */
	close(): void {
		if (this.#closed) return;
		this.cancelConnect();
		this.#closed = true;
		this.#channel.close();
	}

	// Finding the modem

	/**
	 * Sends `AT` until the modem answers and tells its model, or its version where it knows no `AT+CGMM`; most often that
	 * takes two commands, so that arm() can follow soon. What it did not tell is for model() and version() to ask. Goes on
	 * until then, or until cancelConnect(), after which `done` is not called; a second connect() takes the place of the
	 * first. Undefined: the port is gone.
	 */
	connect(done: (identity: Identity | undefined) => void): void {
		this.cancelConnect();
		if (!this.#closed) this.#wake(this.#connectRun, CONNECT_ROUNDS_MAX, done);
	}

	cancelConnect(): void {
		this.#connectRun++;
		const cancelWake = this.#cancelWake;
		this.#cancelWake = undefined;
		cancelWake?.();
	}

	/** `AT+CGMM`; undefined where it is not answered with a model. */
	model(done: (model: string | undefined) => void): void {
		this.#identification(["model"], 1, ({ model }) => {
			if (model !== undefined) this.#model = model;
			done(model);
		});
	}

	/** `AT+CGMR`, and `ATI3` where that gives none; the text as it is, for it may be one that nobody knows. */
	version(done: (text: string | undefined) => void): void {
		this.#identification(["versionText"], 1, ({ versionText }) => done(versionText));
	}

	/** 15 digits. */
	imei(done: (imei: string | undefined) => void): void {
		this.#identification(["imei"], 1, ({ imei }) => done(imei));
	}

	/** The serial number that the vendor's server knows the module by, `AT+KGSN=3`. */
	factorySerial(done: (serial: string | undefined) => void): void {
		this.#query("AT+KGSN=3", withPrefix("+KGSN:"), (answer) =>
			done(lastOf(answer, /^\+KGSN: ?([0-9A-Z]{1,32})$/)),
		);
	}

	// Settings

	/**
	 * Sets everything that keeps the modem from acting by itself. A later arm() begins the sequence anew, and the
	 * earlier one is told that it was superseded.
	 */
	arm(done: (result: ArmResult) => void): void {
		if (this.#closed) return;
		const earlier = this.#arming;
		if (earlier) {
			this.#later(() => earlier.done({ armed: false, refused: ["superseded"] }));
			this.#arming = { runner: earlier.runner, done };
			earlier.runner.restart();
			return;
		}
		const runner = this.#stepRunner(
			armingSteps(this.profile, this.#options.flowControl),
			({ complete, refused }) => {
				const current = this.#arming;
				this.#arming = undefined;
				current?.done({ armed: complete, refused });
			},
		);
		this.#arming = { runner, done };
		runner.start();
	}

	/** `mode` as in `AT+WDSC`: 0 connect, 1 download, 2 install, 5 reboot, 6 uninstall. */
	setAgreement(mode: 0 | 1 | 2 | 5 | 6, on: boolean, done: Done): void {
		this.#set(`AT+WDSC=${mode},${on ? 1 : 0}`, done);
	}

	/** Mode to value, as the modem reads back; of mode 4 the first timer. Undefined where it did not answer. */
	readAgreements(done: (settings: Map<number, number> | undefined) => void): void {
		this.#query("AT+WDSC?", withPrefix("+WDSC:"), (answer) => {
			const settings = new Map<number, number>();
			for (const line of answer.result === "ok" ? answer.lines : []) {
				const [, mode = "", value = ""] = /^\+WDSC: ?([0-9]+),([0-9]+)(?:,[0-9,]*)?$/.exec(line) ?? [];
				const parsedMode = parseDecimal(mode, MODE_MAX);
				const parsedValue = parseDecimal(value, SETTING_MAX);
				if (parsedMode !== undefined && parsedValue !== undefined) settings.set(parsedMode, parsedValue);
			}
			done(settings.size > 0 ? settings : undefined);
		});
	}

	/** Tries the family's masks in turn. */
	setIndications(done: (ok: boolean) => void): void {
		const step: Step = { ...indicationStep(this.profile), required: true };
		this.#stepRunner([step], ({ complete }) => done(complete)).start();
	}

	/** `+KSUP` at every start. */
	setStartupReport(done: Done): void {
		this.#set("AT+KSREP=1", done);
	}

	setPollingOff(done: Done): void {
		this.#set("AT+WDSC=3,0", done);
	}

	setRetriesOff(done: Done): void {
		this.#set("AT+WDSC=4,0", done);
	}

	/** Errors come with a number. */
	setErrorNumbers(done: Done): void {
		this.#set("AT+CMEE=1", done);
	}

	/** Once it is proven off, an echo is a sign that the modem has started anew. */
	setEchoOff(done: Done): void {
		this.#set(ECHO_OFF, done);
	}

	/** The access point for device management, in the family's own way. Throws AccessPointError. */
	setApn(apn: string, done: (ok: boolean) => void): void {
		if (!/^[A-Za-z0-9.-]{1,63}$/.test(apn))
			throw new AccessPointError(
				`Expected \`apn\` to be 1 to 63 letters, digits, points and hyphens, got ${JSON.stringify(apn.slice(0, 80))}`,
			);
		this.#setAll(
			this.profile?.apnCommands.map((command) => command.replace("%", apn)),
			done,
		);
	}

	/** What a session needs where no access point is given. */
	setContext(done: (ok: boolean) => void): void {
		this.#setAll(this.profile?.contextCommands, done);
	}

	// Replies and sessions

	/** Agrees to a request. Throws NotPermittedError. */
	accept(request: Request, done: Done): void {
		this.#guarded(request, `AT+WDSR=${REQUESTS[request].accept}`, done);
	}

	/** Puts a request off for 1 to 1440 minutes. Throws DelayError. */
	delay(request: Request, minutes: number, done: Done): void {
		const max = this.profile?.delayMinutesMax ?? DELAY_MINUTES_MAX;
		if (!Number.isInteger(minutes) || minutes < 1 || minutes > max)
			throw new DelayError(`Expected \`minutes\` to be a whole number from 1 to ${max}, got ${minutes}`);
		this.#set(`AT+WDSR=${REQUESTS[request].delay},${minutes}`, done);
	}

	/** Refuses a request for good, which is reported to the server. Throws RefusalNotPossibleError, NotPermittedError. */
	refuse(request: Request, done: Done): void {
		const command = this.profile?.refusals[request];
		if (command === undefined)
			throw new RefusalNotPossibleError(
				`Expected a request that ${this.profile?.family ?? "the modem"} can refuse, got ${request}: put it off`,
			);
		this.#guarded("refusal", command, done);
	}

	/** Throws NotPermittedError. */
	openSession(done: Done): void {
		this.#guarded("session", "AT+WDSS=1,1", done);
	}

	/** Also stops a download, which the next session resumes. OK where none runs. */
	closeSession(done: Done): void {
		this.#set("AT+WDSS=1,0", done);
	}

	/**
	 * `AT+WDSD`: the modem takes a file of so many bytes, by XMODEM, over the same line; until its final result, or the
	 * transfer's end(), everything else waits. First it is kept from falling asleep, which breaks transfers. Throws
	 * NotPermittedError.
	 */
	sendFile(sizeBytes: number, { onStart, onBytes, onRestart, done }: FileOptions): Transfer {
		const command = `AT+WDSD=${sizeBytes}`;
		this.#mustBePermitted("local-download", command);
		if (this.#closed) return CLOSED_TRANSFER;
		for (const preparation of this.profile?.fileCommands ?? []) this.#set(preparation, () => {});
		try {
			return this.#channel.transfer({
				command,
				mayStart: () => this.#options.permit("local-download"),
				onStart,
				onBytes,
				onRestart,
				done,
			});
		} catch (error) {
			const cancel = this.#afterFull(error, () => done(UNSENT));
			return { ...CLOSED_TRANSFER, end: cancel };
		}
	}

	/** Undefined where it did not answer in full; it does not before device services are ready. */
	status(done: (status: Status | undefined) => void): void {
		this.#query("AT+WDSG", withPrefix("+WDSG:"), (answer) => {
			const services = lastOf(answer, /^\+WDSG: ?0,([0-3])$/);
			const activity = lastOf(answer, /^\+WDSG: ?1,([0-3])$/);
			const whole = services !== undefined && activity !== undefined;
			done(whole ? ({ services: Number(services), activity: Number(activity) } as Status) : undefined);
		});
	}

	/** The HTTP status of the last download, `AT+WDSE`; undefined where there is none. */
	lastHttpStatus(done: (status: number | undefined) => void): void {
		this.#query("AT+WDSE", withPrefix("+WDSE:"), (answer) => {
			const status = lastOf(answer, /^\+WDSE: ?([0-9]+)$/);
			done(status === undefined ? undefined : parseDecimal(status, HTTP_STATUS_MAX));
		});
	}

	#wake(run: number, rounds: number, done: (identity: Identity | undefined) => void): void {
		try {
			this.#cancelWake = this.#channel.wake({
				done: (result, told) => {
					if (run !== this.#connectRun) return;
					this.#cancelWake = undefined;
					if (result === "gone") done(undefined);
					else this.#identify(run, rounds, told, done);
				},
			});
		} catch (error) {
			this.#cancelWake = this.#afterFull(error, () => this.#wake(run, rounds, done));
		}
	}

	#identify(
		run: number,
		rounds: number,
		told: SyncAnswer | undefined,
		done: (identity: Identity | undefined) => void,
	): void {
		const isCurrent = (): boolean => run === this.#connectRun;
		const finish = (identity: Identity, last: Answer["result"]): void => {
			if (!isCurrent()) return;
			if (last === "gone") {
				done(undefined);
			} else if (last === "timeout" && rounds > 1) {
				// It fell silent again, for it may have restarted; one that just ignores a question is not asked for ever.
				this.#wake(run, rounds - 1, done);
			} else {
				const { versionText } = identity;
				const model = identity.model ?? (versionText === undefined ? undefined : modelOfVersion(versionText));
				if (model !== undefined) this.#model = model;
				done({ ...identity, ...(model !== undefined && { model }) });
			}
		};
		const known = told ? identityOf(told) : {};
		if (known.model !== undefined) {
			finish(known, "ok");
			return;
		}
		// A version tells the model only where nothing better does: modules of several models run the same firmware.
		this.#identification(
			known.versionText === undefined ? ["model", "versionText"] : ["model"],
			IDENTITY_TRIES_MAX,
			(identity, last) => finish({ ...known, ...identity }, last),
			isCurrent,
		);
	}

	#identification(
		fields: readonly (keyof Identity)[],
		triesMax: number,
		done: (identity: Identity, last: Answer["result"]) => void,
		isCurrent = (): boolean => true,
	): void {
		new Identification({
			fields,
			triesMax,
			send: (command, expect, answered) => {
				if (isCurrent()) this.#send({ command, expect, done: answered });
			},
			done,
		}).start();
	}

	#receive(line: string): void {
		const sign = restartSignOf(line);
		if (sign) {
			this.#echo.restarted();
			this.#options.onRestart(sign);
		}
		if (this.#closed) return;
		const indication = parseIndication(line);
		if (indication) this.#options.onIndication(indication);
	}

	#query(command: string, expect: (line: string) => boolean, done: (answer: Answer) => void): void {
		this.#send({ command, expect, done });
	}

	#set(command: string, done: Done): void {
		this.#send({ command, done: (answer) => done(answer.result === "ok", answer) });
	}

	#mustBePermitted(what: Guarded, command: string): void {
		if (!this.#options.permit(what))
			throw new NotPermittedError(
				`Expected an open window for ${what}, got a closed one: ${command} was not sent`,
			);
	}

	#guarded(what: Guarded, command: string, done: Done): void {
		this.#mustBePermitted(what, command);
		this.#send({
			command,
			mayStart: () => this.#options.permit(what),
			done: (answer) => done(answer.result === "ok", answer),
		});
	}

	/** All of them in order; undefined commands: the family is not known. */
	#setAll(commands: readonly string[] | undefined, done: (ok: boolean) => void): void {
		if (!commands || commands.length === 0) {
			this.#later(() => done(commands !== undefined));
			return;
		}
		const steps = commands.map((command): Step => ({ name: command, commands: [command], required: true }));
		this.#stepRunner(steps, ({ complete }) => done(complete)).start();
	}

	#stepRunner(steps: readonly Step[], done: (result: StepsResult) => void): StepRunner {
		return new StepRunner({
			steps,
			clock: this.#options.clock,
			send: (command, answered, expect) => this.#send({ command, ...(expect && { expect }), done: answered }),
			done,
		});
	}

	#send({ command, done, ...options }: Omit<SendOptions, "timeoutMs">): void {
		if (this.#closed) return;
		try {
			this.#channel.send({
				...options,
				command,
				timeoutMs: timeoutOf(command),
				done: (answer) => {
					this.#echo.answered(command, answer);
					done(answer);
				},
			});
		} catch (error) {
			this.#afterFull(error, () => done(UNSENT));
		}
	}

	/** After a full queue, a little later, unless the call that is returned comes before; every other error is thrown on. */
	#afterFull(error: unknown, callback: () => void): () => void {
		if (!(error instanceof QueueFullError)) throw error;
		return this.#later(callback, QUEUE_FULL_MS);
	}

	#later(callback: () => void, delayMs = 0): () => void {
		const { clock } = this.#options;
		const timer = clock.setTimeout(() => {
			if (!this.#closed) callback();
		}, delayMs);
		return () => clock.clearTimeout(timer);
	}
}

function timeoutOf(command: string): number {
	return command.startsWith("AT+WDSS") ? SESSION_MS : QUERY_MS;
}

function withPrefix(prefix: string): (line: string) => boolean {
	return (line) => line.startsWith(prefix);
}

/** The first group of the last information line that matches; undefined where none does or the answer is not OK. */
function lastOf(answer: Answer, pattern: RegExp): string | undefined {
	let found: string | undefined;
	if (answer.result === "ok") for (const line of answer.lines) found = pattern.exec(line)?.[1] ?? found;
	return found;
}

/** For a modem that does not answer `AT+CGMM`. */
function modelOfVersion(text: string): string | undefined {
	try {
		const { line } = parseVersion(text);
		return line === "HL769x" ? "HL7692" : line;
	} catch {
		return undefined;
	}
}
