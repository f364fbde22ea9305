import type { Activity } from "../elements/modem-avms.js";
import type { ClosedOutcome } from "./events.js";
import type { Policy } from "./policy.js";
import { and, assign, not, setup, stateIn } from "./preload/xstate.js";

/** What a reading of the modem found, compared with the order; `none` where the order names no modem. */
export type Found = "to" | "from" | "other" | "wrong-model" | "none";

/** What is known of the elements beside the modem: all at the order's versions, or something to update. */
export type OthersFound = "current" | "due";

/** What is known of the package on the modem, under the order in force. */
export interface PackageKnown {
	/** The journal: a download was accepted under this order. */
	accepted: boolean;
	/** The journal: its size was the order's. */
	matched: boolean;
	/** The journal: what is on the modem is not this order's. */
	foreign: boolean;
}

/** What the statechart has its host do, by the names of its actions. */
export type Effect =
	| "inspect"
	| "resume"
	| "recover"
	| "writeOthers"
	| "tryOthers"
	| "acceptOthers"
	| "stopOthers"
	| "journalCurrent"
	| "sendFile"
	| "cancelFile"
	| "openSession"
	| "acceptConnect"
	| "acceptAgain"
	| "journalMatched"
	| "journalFlowing"
	| "journalForeign"
	| "journalDownloaded"
	| "journalReported"
	| "refuseDownload"
	| "readStatus"
	| "watchInstall"
	| "stopActivity"
	| "rearm"
	| "readBack"
	| "endSession";

export interface WindowHost {
	perform(effect: Effect): void;
	/** Journals that the install is sent, and that its package's size matched where it did; then sends it. */
	sendInstall(isMatched: boolean): void;
	/** Journals that a download is accepted, then accepts it; `known` is what the window remembers of its package. */
	acceptDownload(known: "accepted" | "matched"): void;
	/** Everything goes back, for this reason. */
	rejectOthers(reason: string): void;
	/** Puts off what the server asks. */
	delayRequest(request: "connect" | "download" | "install"): void;
	/** The outcome so far; "" where there is none. */
	tellElement(outcome: ClosedOutcome | ""): void;
}

export interface WindowInput extends PackageKnown {
	host: WindowHost;
	/** The decision of this boot. */
	window: "open" | "recover" | "closed";
	/** Where the window goes on after a planned restart of our own MCU; undefined in any other boot. */
	resumeAt: "trial" | "rejecting" | undefined;
	/** What was concluded before that restart; "" where nothing was. */
	reasonBefore: string;
	/** The modem's package comes from a file of ours. */
	isLocal: boolean;
	policy: Policy;
	/** From the machine's start to the latest instant at which an install may be sent; 0 or less where there is none. */
	untilSentMs: number;
	/** From the machine's start to the end of the window. */
	untilEndMs: number;
	/** From the machine's start to the release of monitoring in a recovery. */
	untilReleaseMs: number;
	/** The size of the order's package. */
	sizeBytes: number;
	/** The order takes over a package that nobody identified. */
	adopt: boolean;
	/** The journal: the modem still owes the server the report of an earlier install. */
	reportOwed: boolean;
}

export interface WindowContext extends WindowInput {
	outcome: ClosedOutcome | "";
	reason: string;
	set: "old" | "new" | "mixed" | "";
	/** A download was accepted in this window. */
	acceptedNow: boolean;
	sizeWrong: boolean;
	/** A session was open in this window: what the server has cancelled is forgotten. */
	connected: boolean;
	/** Bytes of this download have been seen on their way. */
	flowing: boolean;
	resumes: number;
	statusReads: number;
	/** The modem is to be updated: it was found at `from`. */
	modemDue: boolean;
	/** Other elements are to be updated. */
	othersDue: boolean;
	/** New images of other elements run, or may: going back has something to do. */
	tried: boolean;
	/** The modem waits for the agreement to install, as far as it has told. */
	ready: boolean;
	/** What the deadline would stop has passed its point: images are being accepted, or the install is sent. */
	committed: boolean;
	sent: boolean;
	/** A session ended after the install restarted the modem: its result is reported. */
	reported: boolean;
}

export type WindowEvent =
	// What the modem was found to be, by asking.
	| { type: "found"; found: Found; activity: Activity; others: OthersFound }
	// What the elements beside the modem came to.
	| { type: "written" }
	| { type: "on-trial" }
	| { type: "accepted" }
	| { type: "rejected" }
	| { type: "others-failed"; reason: string }
	// Our own MCU has to start again; its new boot goes on from the journal.
	| { type: "restart-needed" }
	| { type: "file-sent" }
	| { type: "file-failed"; reason: string }
	| { type: "status"; activity: Activity }
	| { type: "read"; found: Found | "silent"; busy: boolean }
	| { type: "recovered"; set: "old" | "new" | "mixed"; reason: string }
	// What the modem says by itself.
	| { type: "request"; request: "connect" | "download" | "install" }
	| { type: "ready" }
	| { type: "authenticating" }
	| { type: "authentication-failed" }
	| { type: "session-started" }
	| { type: "session-refused" }
	| { type: "session-ended" }
	| { type: "package"; sizeBytes: number }
	| { type: "progress" }
	| { type: "downloaded" }
	| { type: "download-failed" }
	| { type: "signature-rejected" }
	| { type: "installing" }
	| { type: "installed" }
	| { type: "install-failed" }
	| { type: "restarted" }
	| { type: "unlaunched" }
	// What our own side says.
	| ({ type: "download-refused" } & PackageKnown)
	| { type: "install-accepted" }
	| { type: "install-refused" }
	| { type: "install-unsent" }
	| { type: "ended" }
	| { type: "power-off" }
	| { type: "fault"; reason: string };

/** Faults after which waiting helps nobody: nothing more can be journaled. */
const OWN_FAULTS: readonly string[] = Object.freeze(["journal-not-writable", "internal-fault"]);

/** Why a recovery ended before the set was whole. */
function endOf(event: { type: string; reason?: string }): string {
	if (event.type === "power-off") return "power-off";
	return event.type === "fault" && event.reason !== undefined ? event.reason : "no-answer";
}

const perform =
	(effect: Effect) =>
	({ context }: { context: WindowContext }): void =>
		context.host.perform(effect);

/** The window's statechart: the specification of what happens from the decision of a boot until the window is closed. */
export const windowMachine = setup({
	types: {
		context: {} as WindowContext,
		input: {} as WindowInput,
		events: {} as WindowEvent,
	},
	delays: {
		untilRelease: ({ context }) => Math.max(0, context.untilReleaseMs),
		untilSent: ({ context }) =>
			Math.max(0, context.untilSentMs > 0 ? context.untilSentMs : context.untilEndMs),
		untilEnd: ({ context }) => Math.max(0, context.untilEndMs),
		modemWithin: ({ context }) => context.policy.modemWithinMs,
		connectWithin: ({ context }) => context.policy.connectWithinMs,
		offerWithin: ({ context }) => context.policy.offerWithinMs,
		downloadStall: ({ context }) => context.policy.downloadStallMs,
		resumeAfter: ({ context }) => context.policy.resumeAfterMs,
		statusEvery: ({ context }) => context.policy.statusEveryMs,
		install: ({ context }) => context.policy.installMs,
		lastLook: ({ context }) =>
			Math.max(context.policy.installMs - 2 * context.policy.resultWithinMs, context.policy.installMs / 2),
		probeEvery: ({ context }) => context.policy.probeEveryMs,
		resultWithin: ({ context }) => context.policy.resultWithinMs,
		reportWithin: ({ context }) => context.policy.reportWithinMs,
		endWithin: ({ context }) => context.policy.endWithinMs,
		trialWithin: ({ context }) => context.policy.trialWithinMs,
		acceptWithin: ({ context }) => context.policy.acceptWithinMs,
		rejectWithin: ({ context }) => context.policy.rejectWithinMs,
	},
	guards: {
		isAtTrial: ({ context }) => context.window === "open" && context.resumeAt === "trial",
		isAtRejecting: ({ context }) => context.window === "open" && context.resumeAt === "rejecting",
		isOpen: ({ context }) => context.window === "open",
		isRecover: ({ context }) => context.window === "recover",
		isUndecided: ({ context }) => context.outcome === "",
		isUncommitted: ({ context }) => context.outcome === "" && !context.committed,
		isSent: ({ context }) => context.outcome === "" && context.sent,
		isAt: ({ event }, params: { found: Found }) =>
			(event.type === "found" || event.type === "read") && event.found === params.found,
		isCurrent: ({ event }) =>
			event.type === "found" &&
			(event.found === "to" || event.found === "none") &&
			event.others === "current",
		isOthersDue: ({ event }) => event.type === "found" && event.others === "due",
		isFit: ({ context, event }) =>
			event.type === "found" &&
			context.resumeAt === "trial" &&
			event.others === "due" &&
			(event.found === "to" ||
				event.found === "none" ||
				// What may not be installed is not worth a trial.
				(event.found === "from" && (context.matched || context.adopt))),
		hasOthersDue: ({ context }) => context.othersDue,
		isModemDue: ({ context }) => context.modemDue,
		isLocalDue: ({ context }) => context.modemDue && context.isLocal,
		isIdentifiedReady: ({ context }) =>
			context.modemDue && context.ready && (context.matched || !context.isLocal),
		isTried: ({ context }) => context.tried,
		isOldAndIdle: ({ event }) => event.type === "read" && event.found === "from" && !event.busy,
		isReady: ({ event }) => (event.type === "found" || event.type === "status") && event.activity === "ready",
		isOffered: ({ context, event }) =>
			event.type === "status" && event.activity === "offered" && (context.connected || !context.foreign),
		isConnect: ({ event }) => event.type === "request" && event.request === "connect",
		isDownload: ({ event }) => event.type === "request" && event.request === "download",
		isForeignDownload: ({ context, event }) =>
			event.type === "request" && event.request === "download" && context.foreign && !context.connected,
		isInstall: ({ event }) => event.type === "request" && event.request === "install",
		isDownloadOfWrongSize: ({ context, event }) =>
			event.type === "request" && event.request === "download" && context.sizeWrong,
		isSizeRight: ({ context, event }) => event.type === "package" && event.sizeBytes === context.sizeBytes,
		isAccepted: ({ context }) => context.accepted || context.adopt,
		isIdentified: ({ context }) => context.matched || context.adopt,
		isForeign: ({ context }) => context.foreign,
		hasTime: ({ context }) => context.untilSentMs > 0,
		isOwnFault: ({ event }) => event.type === "fault" && OWN_FAULTS.includes(event.reason),
		isFlowing: ({ context }) => context.flowing,
		mayResume: ({ context }) => context.resumes < context.policy.resumesMax,
		mayReadStatus: ({ context }) => context.statusReads < context.policy.statusReadsMax,
		isReported: ({ context }) => context.reported,
		isReportOwed: ({ context }) => context.reportOwed,
	},
	actions: {
		// What the window does. Its host comes with the input: `provide` would build the whole machine once more, in RAM.
		inspect: perform("inspect"),
		resume: perform("resume"),
		recover: perform("recover"),
		writeOthers: perform("writeOthers"),
		tryOthers: perform("tryOthers"),
		acceptOthers: perform("acceptOthers"),
		rejectOthers: ({ context }) => context.host.rejectOthers(context.reason),
		stopOthers: perform("stopOthers"),
		journalCurrent: perform("journalCurrent"),
		sendFile: perform("sendFile"),
		cancelFile: perform("cancelFile"),
		openSession: perform("openSession"),
		acceptConnect: perform("acceptConnect"),
		acceptAgain: perform("acceptAgain"),
		acceptDownload: ({ context }) => context.host.acceptDownload(context.matched ? "matched" : "accepted"),
		journalMatched: perform("journalMatched"),
		// Bytes without a new size are of the package whose size was told.
		journalFlowing: ({ context }) => {
			if (context.matched) context.host.perform("journalFlowing");
		},
		journalForeign: perform("journalForeign"),
		journalDownloaded: perform("journalDownloaded"),
		journalReported: perform("journalReported"),
		refuseDownload: perform("refuseDownload"),
		readStatus: perform("readStatus"),
		sendInstall: ({ context }) => context.host.sendInstall(context.matched),
		watchInstall: perform("watchInstall"),
		stopActivity: perform("stopActivity"),
		rearm: perform("rearm"),
		readBack: perform("readBack"),
		endSession: perform("endSession"),
		delayRequest: ({ context, event }) => {
			if (event.type === "request") context.host.delayRequest(event.request);
		},
		tellElement: ({ context }) => context.host.tellElement(context.outcome),
		// What the window remembers.
		conclude: assign((_, params: { outcome: ClosedOutcome; reason: string }) => params),
		// A conclusion is drawn once: what goes wrong on the way out does not change why.
		concludeFailure: assign(({ context, event }) => ({
			outcome: context.outcome === "" ? ("failed" as const) : context.outcome,
			reason:
				context.outcome === "" && (event.type === "others-failed" || event.type === "file-failed")
					? event.reason
					: context.reason,
		})),
		concludeBefore: assign(({ context: { reasonBefore } }) => ({
			outcome: reasonBefore === "no-time-to-install" ? ("deadline" as const) : ("failed" as const),
			reason: reasonBefore,
		})),
		concludeMixed: assign({ outcome: "mixed" as const, reason: "not-rejected" }),
		rememberFound: assign(({ event }) =>
			event.type === "found"
				? {
						modemDue: event.found === "from",
						othersDue: event.others === "due",
						ready: event.activity === "ready",
					}
				: {},
		),
		rememberReady: assign({ ready: true }),
		rememberTried: assign({ tried: true }),
		concludeFault: assign(({ context, event }) => ({
			outcome: context.sent ? ("mixed" as const) : ("failed" as const),
			reason: event.type === "fault" ? event.reason : "power-off",
		})),
		concludeRecovery: assign(({ event }) =>
			event.type === "recovered"
				? { set: event.set, reason: event.reason }
				: { set: "mixed" as const, reason: endOf(event) },
		),
		concludeWrongSize: assign(({ context }) => ({
			outcome: "failed" as const,
			reason: context.acceptedNow ? "wrong-size" : "foreign-package",
		})),
		// Asked before a session was open, or once more in this window, it is what the modem has already, and need not
		// tell its size again; what is new tells it.
		rememberAccepted: assign(({ context }) => ({
			accepted: true,
			acceptedNow: true,
			matched: context.matched && (!context.connected || context.acceptedNow),
			foreign: false,
			flowing: false,
		})),
		// What the modem would not take was not accepted: it may still go on by itself, as what it was before.
		rememberRefused: assign(({ context, event }) => {
			if (event.type !== "download-refused") return {};
			const { accepted, matched, foreign } = event;
			return { accepted, matched, foreign, acceptedNow: context.acceptedNow && accepted };
		}),
		rememberMatched: assign({ matched: true, flowing: true }),
		rememberFlowing: assign({ flowing: true }),
		rememberForeign: assign({ matched: false, foreign: true, sizeWrong: true }),
		rememberConnected: assign({ connected: true }),
		rememberResume: assign({ resumes: ({ context }) => context.resumes + 1 }),
		rememberStatusRead: assign({ statusReads: ({ context }) => context.statusReads + 1 }),
		rememberCommitted: assign({ committed: true }),
		rememberSent: assign({ committed: true, sent: true }),
		rememberReported: assign({ reported: true }),
		rememberOldReport: assign({ reportOwed: false }),
	},
}).createMachine({
	id: "window",
	initial: "assessing",
	context: ({ input }) => ({
		...input,
		outcome: "",
		reason: "",
		set: "",
		acceptedNow: false,
		sizeWrong: false,
		connected: false,
		flowing: false,
		resumes: 0,
		statusReads: 0,
		modemDue: false,
		othersDue: false,
		tried: input.resumeAt !== undefined,
		ready: false,
		committed: false,
		sent: false,
		reported: false,
	}),
	states: {
		assessing: {
			always: [
				{ guard: "isAtTrial", target: "open.resuming" },
				{ guard: "isAtRejecting", target: "open.rejecting", actions: "concludeBefore" },
				{ guard: "isOpen", target: "open" },
				{ guard: "isRecover", target: "recovering" },
				{ target: "closed" },
			],
		},
		recovering: {
			entry: "recover",
			after: { untilRelease: { target: "closed", actions: "concludeRecovery" } },
			on: {
				recovered: { target: "closed", actions: "concludeRecovery" },
				"restart-needed": "restarting",
				request: { actions: "delayRequest" },
				fault: { target: "closed", actions: "concludeRecovery" },
				"power-off": { target: "closed", actions: "concludeRecovery" },
			},
		},
		open: {
			initial: "inventory",
			after: {
				// From here on an install could no longer end within the window: nothing is worth waiting for.
				untilSent: {
					guard: "isUncommitted",
					target: ".failing",
					actions: { type: "conclude", params: { outcome: "deadline", reason: "no-time-to-install" } },
				},
				// The end of the window, whatever goes on (P4); only the report of an update may take longer.
				untilEnd: [
					{ guard: stateIn({ open: "closing" }), target: "closed" },
					{
						guard: "isSent",
						target: "closed",
						actions: { type: "conclude", params: { outcome: "mixed", reason: "no-answer" } },
					},
					{ guard: stateIn({ open: "rejecting" }), target: "closed", actions: "concludeMixed" },
				],
			},
			on: {
				// After `sent` nothing is taken back for it: the next boot asks the modem first.
				fault: [
					{ guard: "isSent", target: ".closing", actions: "concludeFault" },
					{ guard: "isUndecided", target: ".failing", actions: "concludeFault" },
				],
				"power-off": [
					// What is on trial goes back without power; for everything else there is no time.
					{ guard: "isUndecided", target: ".closing", actions: "concludeFault" },
					{ target: ".closing" },
				],
				"restart-needed": "restarting",
			},
			states: {
				inventory: {
					entry: "inspect",
					exit: "stopOthers",
					after: {
						modemWithin: {
							target: "closing",
							actions: { type: "conclude", params: { outcome: "failed", reason: "no-modem" } },
						},
					},
					on: {
						found: [
							{
								guard: { type: "isAt", params: { found: "wrong-model" } },
								target: "closing",
								actions: { type: "conclude", params: { outcome: "failed", reason: "wrong-model" } },
							},
							{
								guard: { type: "isAt", params: { found: "other" } },
								target: "closing",
								actions: { type: "conclude", params: { outcome: "failed", reason: "wrong-version" } },
							},
							{
								guard: "isCurrent",
								target: "closing",
								actions: [
									"journalCurrent",
									{ type: "conclude", params: { outcome: "current", reason: "already-installed" } },
								],
							},
							{ guard: "isOthersDue", target: "writing", actions: "rememberFound" },
							{ target: "written", actions: "rememberFound" },
						],
						"others-failed": { target: "closing", actions: "concludeFailure" },
					},
				},
				// The images of the elements beside the modem are written, one after another, where none of them runs.
				writing: {
					entry: "writeOthers",
					exit: "stopOthers",
					on: {
						written: "written",
						"others-failed": { target: "closing", actions: "concludeFailure" },
						request: [{ guard: "isInstall", actions: "rememberReady" }, { actions: "delayRequest" }],
					},
				},
				// Everything but the modem's package is there.
				written: {
					always: [
						{ guard: "isIdentifiedReady", target: "offered" },
						{ guard: "isLocalDue", target: "transferring" },
						{ guard: "isModemDue", target: "staging" },
						{ target: "offered" },
					],
				},
				// The company's own file goes to the modem.
				transferring: {
					entry: "sendFile",
					exit: "cancelFile",
					on: {
						"file-sent": { target: "offered", actions: ["rememberMatched", "journalDownloaded"] },
						"file-failed": { target: "closing", actions: "concludeFailure" },
						request: [{ guard: "isInstall" }, { actions: "delayRequest" }],
					},
				},
				staging: {
					initial: "connecting",
					on: {
						"session-started": { actions: "rememberConnected" },
						request: [
							{ guard: "isConnect", actions: "acceptConnect" },
							// Asked from memory, for what is known to be another's: the server may have something else to say.
							{ guard: "isForeignDownload", actions: "delayRequest" },
							{
								guard: "isDownload",
								target: ".downloading",
								actions: ["rememberAccepted", "acceptDownload"],
							},
							{ guard: "isInstall", target: "offered" },
						],
						"download-refused": [
							{
								guard: "mayResume",
								target: ".connecting",
								actions: ["rememberRefused", "rememberResume"],
							},
							{
								target: "closing",
								actions: { type: "conclude", params: { outcome: "failed", reason: "download-refused" } },
							},
						],
						status: { guard: "isReady", target: "offered" },
						package: [
							{
								guard: not("isSizeRight"),
								target: "closing",
								actions: ["rememberForeign", "journalForeign", "concludeWrongSize"],
							},
							{ guard: not("isAccepted"), target: "unidentified" },
							{ target: ".downloading", actions: ["rememberMatched", "journalMatched"] },
						],
						progress: [
							{ guard: not("isIdentified"), target: "unidentified" },
							{ target: ".downloading", actions: ["rememberFlowing", "journalFlowing"] },
						],
						downloaded: [
							{ guard: not("isIdentified"), target: "unidentified" },
							{ target: ".downloaded", actions: "journalDownloaded" },
						],
						"authentication-failed": {
							target: "closing",
							actions: { type: "conclude", params: { outcome: "failed", reason: "authentication-failed" } },
						},
						"session-refused": {
							target: "closing",
							actions: { type: "conclude", params: { outcome: "failed", reason: "session-refused" } },
						},
						"download-failed": {
							target: "closing",
							actions: { type: "conclude", params: { outcome: "failed", reason: "download-failed" } },
						},
						"signature-rejected": {
							target: "closing",
							actions: { type: "conclude", params: { outcome: "failed", reason: "signature-rejected" } },
						},
					},
					states: {
						connecting: {
							entry: "openSession",
							exit: "stopActivity",
							after: {
								// A request that was put off earlier may still be pending and is not asked again.
								statusEvery: { actions: "readStatus" },
								connectWithin: {
									target: "#window.open.closing",
									actions: { type: "conclude", params: { outcome: "failed", reason: "no-job" } },
								},
							},
							on: {
								ready: { actions: "readStatus" },
								"session-ended": "unoffered",
								status: {
									guard: "isOffered",
									target: "downloading",
									actions: ["rememberAccepted", "acceptDownload"],
								},
							},
						},
						// The session ended and nothing was asked: a last moment for a request that comes after it.
						unoffered: {
							entry: "readStatus",
							after: {
								offerWithin: [
									{
										guard: "isReportOwed",
										target: "connecting",
										actions: ["rememberOldReport", "journalReported"],
									},
									{
										target: "#window.open.closing",
										actions: { type: "conclude", params: { outcome: "failed", reason: "no-job" } },
									},
								],
							},
							on: {
								authenticating: "reconnecting",
								status: {
									guard: "isOffered",
									target: "downloading",
									actions: ["rememberAccepted", "acceptDownload"],
								},
							},
						},
						// A session of the modem's own, such as the one that follows a bootstrap.
						reconnecting: {
							after: {
								connectWithin: {
									target: "#window.open.closing",
									actions: { type: "conclude", params: { outcome: "failed", reason: "no-job" } },
								},
							},
							on: { "session-ended": "unoffered" },
						},
						downloading: {
							after: {
								downloadStall: {
									target: "#window.open.closing",
									actions: { type: "conclude", params: { outcome: "failed", reason: "download-stalled" } },
								},
							},
							on: {
								"session-ended": { guard: "isFlowing", target: "suspended" },
								restarted: "restarted",
								// The question crossed its answer, or is asked once more: the download stays the one it is.
								request: { guard: "isDownload", actions: "acceptAgain" },
							},
						},
						// The modem started anew in the middle: what it was told before may be forgotten, the session is gone.
						restarted: {
							entry: "rearm",
							exit: "stopActivity",
							after: { resumeAfter: "connecting" },
						},
						suspended: {
							after: {
								resumeAfter: [
									{ guard: "mayResume", target: "connecting", actions: "rememberResume" },
									{
										target: "#window.open.closing",
										actions: {
											type: "conclude",
											params: { outcome: "failed", reason: "download-suspended" },
										},
									},
								],
							},
						},
						downloaded: {
							after: {
								statusEvery: [
									{
										guard: "mayReadStatus",
										target: "downloaded",
										reenter: true,
										actions: ["rememberStatusRead", "readStatus"],
									},
									{
										target: "#window.open.closing",
										actions: {
											type: "conclude",
											params: { outcome: "failed", reason: "no-install-request" },
										},
									},
								],
							},
							on: {
								progress: {},
								package: { guard: "isSizeRight" },
								downloaded: {},
								"session-ended": "ready",
							},
						},
						// The session that reports the download ended without `+WDSI: 3`: some firmware never sends it.
						ready: {
							after: {
								offerWithin: [
									{
										guard: "mayReadStatus",
										target: "downloaded",
										actions: ["rememberStatusRead", "readStatus"],
									},
									{
										target: "#window.open.closing",
										actions: {
											type: "conclude",
											params: { outcome: "failed", reason: "no-install-request" },
										},
									},
								],
							},
							on: { progress: {}, package: { guard: "isSizeRight" }, downloaded: {} },
						},
					},
				},
				// A package asks to be installed.
				offered: {
					always: [
						{ guard: and(["isModemDue", not("isIdentified")]), target: "unidentified" },
						{
							guard: not("hasTime"),
							target: "closing",
							actions: { type: "conclude", params: { outcome: "deadline", reason: "no-time-to-install" } },
						},
						{ guard: "hasOthersDue", target: "trial" },
						{ target: "committing" },
					],
				},
				// Our own MCU started anew with its new image, or went back by itself.
				resuming: {
					entry: "resume",
					exit: "stopOthers",
					after: {
						modemWithin: {
							target: "rejecting",
							actions: { type: "conclude", params: { outcome: "failed", reason: "no-modem" } },
						},
					},
					on: {
						found: [
							{
								guard: not("hasTime"),
								target: "rejecting",
								actions: { type: "conclude", params: { outcome: "deadline", reason: "no-time-to-install" } },
							},
							{ guard: "isFit", target: "trial", actions: "rememberFound" },
							{
								target: "rejecting",
								actions: { type: "conclude", params: { outcome: "failed", reason: "trial-failed" } },
							},
						],
						"others-failed": { target: "rejecting", actions: "concludeFailure" },
						request: [{ guard: "isInstall", actions: "rememberReady" }, { actions: "delayRequest" }],
					},
				},
				// The new images run; any reset takes them back. Our own MCU comes first: that is a restart.
				trial: {
					entry: ["rememberTried", "tryOthers"],
					exit: "stopOthers",
					after: {
						trialWithin: {
							target: "rejecting",
							actions: { type: "conclude", params: { outcome: "failed", reason: "trial-failed" } },
						},
					},
					on: {
						"on-trial": "accepting",
						"others-failed": { target: "rejecting", actions: "concludeFailure" },
						request: [{ guard: "isInstall" }, { actions: "delayRequest" }],
					},
				},
				// The new images are made to stay. The modem, which cannot go back, comes last.
				accepting: {
					entry: ["rememberCommitted", "acceptOthers"],
					exit: "stopOthers",
					after: {
						acceptWithin: {
							target: "rejecting",
							actions: { type: "conclude", params: { outcome: "failed", reason: "not-accepted" } },
						},
					},
					on: {
						accepted: [
							{ guard: "isModemDue", target: "committing" },
							{
								target: "closing",
								actions: [
									"journalCurrent",
									{ type: "conclude", params: { outcome: "updated", reason: "read-back" } },
								],
							},
						],
						"others-failed": { target: "rejecting", actions: "concludeFailure" },
						request: [{ guard: "isInstall" }, { actions: "delayRequest" }],
					},
				},
				// What was tried goes back; where nothing was, there is nothing to do.
				failing: { always: [{ guard: "isTried", target: "rejecting" }, { target: "closing" }] },
				// Every element goes back to the image that it ran.
				rejecting: {
					entry: "rejectOthers",
					exit: "stopOthers",
					after: { rejectWithin: { target: "closing", actions: "concludeMixed" } },
					on: {
						rejected: "closing",
						"others-failed": { target: "closing", actions: "concludeMixed" },
						request: { actions: "delayRequest" },
						// Going back needs no modem. What could not be journaled is the next boot's.
						fault: { guard: "isOwnFault", target: "closing", actions: "concludeMixed" },
						"power-off": { target: "closing", actions: "concludeMixed" },
					},
				},
				// What is on the modem, or on its way there, is not known to be this order's.
				unidentified: {
					always: [
						{
							guard: "isForeign",
							target: "closing",
							actions: { type: "conclude", params: { outcome: "failed", reason: "foreign-package" } },
						},
						{
							target: "closing",
							actions: { type: "conclude", params: { outcome: "failed", reason: "unidentified-package" } },
						},
					],
				},
				committing: {
					entry: ["rememberSent", "sendInstall"],
					initial: "sending",
					after: {
						install: {
							target: "closing",
							actions: { type: "conclude", params: { outcome: "mixed", reason: "no-answer" } },
						},
					},
					on: {
						// What could not be journaled was not sent.
						"install-unsent": {
							target: "failing",
							actions: { type: "conclude", params: { outcome: "failed", reason: "journal-not-writable" } },
						},
						installed: ".reading",
						"install-failed": ".reading",
						// The modem's report of the install may have to ask; a second question about the install is answered already.
						request: [
							{ guard: "isConnect", actions: "acceptConnect" },
							{ guard: "isInstall" },
							{ actions: "delayRequest" },
						],
					},
					states: {
						// Not yet answered. A restart now is no sign of an install: device services that come up look like one.
						sending: {
							exit: "stopActivity",
							on: {
								"install-accepted": "installing",
								installing: "installing",
								"install-refused": {
									target: "#window.open.failing",
									actions: { type: "conclude", params: { outcome: "failed", reason: "install-refused" } },
								},
							},
						},
						installing: {
							entry: "watchInstall",
							exit: "stopActivity",
							after: { lastLook: "reading" },
							on: {
								restarted: "settling",
								unlaunched: "settling",
								read: { guard: { type: "isAt", params: { found: "to" } }, target: "reading" },
							},
						},
						// The modem is back; its own word about the install may follow.
						settling: {
							entry: "rearm",
							after: { resultWithin: "reading" },
							on: { "session-ended": { actions: "rememberReported" } },
						},
						reading: {
							entry: "readBack",
							on: {
								read: [
									{
										guard: { type: "isAt", params: { found: "to" } },
										target: "#window.open.reporting",
										actions: [
											{ type: "conclude", params: { outcome: "updated", reason: "read-back" } },
											"tellElement",
										],
									},
									{
										guard: "isOldAndIdle",
										target: "#window.open.failing",
										actions: { type: "conclude", params: { outcome: "failed", reason: "install-failed" } },
									},
									{
										guard: { type: "isAt", params: { found: "other" } },
										target: "#window.open.closing",
										actions: { type: "conclude", params: { outcome: "mixed", reason: "wrong-version" } },
									},
									{ target: "waiting" },
								],
								"session-ended": { actions: "rememberReported" },
								installed: {},
								"install-failed": {},
							},
						},
						waiting: {
							after: { probeEvery: "reading" },
							on: { "session-ended": { actions: "rememberReported" } },
						},
					},
				},
				reporting: {
					always: { guard: "isReported", target: "closing", actions: "journalReported" },
					after: { reportWithin: "closing" },
					on: {
						"session-ended": { target: "closing", actions: "journalReported" },
						request: [{ guard: "isConnect", actions: "acceptConnect" }, { actions: "delayRequest" }],
						fault: "closing",
					},
				},
				closing: {
					entry: ["tellElement", "endSession"],
					after: { endWithin: "#window.closed" },
					on: {
						ended: "#window.closed",
						request: [
							{ guard: "isDownloadOfWrongSize", actions: "refuseDownload" },
							{ actions: "delayRequest" },
						],
						"power-off": {},
					},
				},
			},
		},
		// Our own MCU starts again; its next boot goes on.
		restarting: { type: "final" },
		closed: { type: "final" },
	},
});
