/**
 * What has to come of an event, by where the window is: written from the design and the contract of the command line, not from the
 * machine, and held against every configuration. The first row that fits counts.
 */
import type { WindowContext } from "../../modules/window/machine.js";
import { LIMITS } from "./chart.js";

export interface Obligation {
	promise: string;
	/** Leaves of the statechart. */
	at: readonly string[];
	/** The event's name, or the timeout's. */
	on: RegExp;
	when?: (context: WindowContext) => boolean;
	/** Where it leads; left out: nowhere else. */
	to?: readonly string[];
	/** What the host is told, in any order, each beginning like this. */
	does?: readonly string[];
	/** Nothing is done at all. */
	idle?: true;
	/** What holds afterwards. */
	holds?: (after: WindowContext, before: WindowContext) => boolean;
}

const STAGING = [
	"connecting",
	"unoffered",
	"reconnecting",
	"downloading",
	"restarted",
	"suspended",
	"downloaded",
	"ready",
] as const;
const DOWN = ["downloaded", "ready"] as const;
const NOT_DOWN = STAGING.filter((leaf) => !(DOWN as readonly string[]).includes(leaf));
const COMMITTING = ["sending", "installing", "settling", "reading", "waiting"] as const;
const BEFORE_SENT = [
	"inventory",
	"writing",
	"transferring",
	...STAGING,
	"resuming",
	"trial",
	"accepting",
] as const;
const DECIDES = ["trial", "sending", "closing"] as const;

const failed = ({ outcome, reason }: WindowContext): boolean => outcome === "failed" && reason !== "";
const mixed = ({ outcome }: WindowContext): boolean => outcome === "mixed";
const isIdentified = ({ matched, adopt }: WindowContext): boolean => matched || adopt;
const isStrange = ({ foreign, connected }: WindowContext): boolean => foreign && !connected;
const mayResume = ({ resumes }: WindowContext): boolean => resumes < LIMITS.resumesMax;
const mayRead = ({ statusReads }: WindowContext): boolean => statusReads < LIMITS.statusReadsMax;
/** What was tried goes back, and is waited for; else there is nothing to take back. */
const goesBack = ({ tried }: WindowContext): readonly string[] => (tried ? ["rejecting"] : ["closing"]);

/** Rows for what leads back where something was tried, and to the end where nothing was. */
function back(row: Omit<Obligation, "to">): Obligation[] {
	const { when = () => true } = row;
	return [true, false].map((isTried) => ({
		...row,
		when: (context) => context.tried === isTried && when(context),
		to: goesBack({ tried: isTried } as WindowContext),
	}));
}

/** A modem asks again and again until it is answered: every request is, at once (P1), or is known to be one for later. */
const REQUESTS: readonly Obligation[] = [
	{
		promise: "P4",
		at: [...STAGING, ...COMMITTING, "reporting"],
		on: /^request connect$/,
		does: ["acceptConnect"],
	},
	{ promise: "P4", at: ["downloading"], on: /^request download$/, does: ["acceptAgain"] },
	{ promise: "P6", at: STAGING, on: /^request download$/, when: isStrange, does: ["delayRequest download"] },
	{
		promise: "P4",
		at: STAGING,
		on: /^request download$/,
		to: ["downloading"],
		does: ["acceptDownload"],
		holds: ({ accepted, acceptedNow }) => accepted && acceptedNow,
	},
	{
		promise: "P6",
		at: STAGING,
		on: /^request install$/,
		when: (context) => !isIdentified(context),
		to: ["closing"],
		holds: failed,
	},
	{ promise: "P4", at: STAGING, on: /^request install$/, to: DECIDES },
	{
		promise: "P4",
		at: ["writing", "resuming"],
		on: /^request install$/,
		idle: true,
		holds: ({ ready }) => ready,
	},
	{
		promise: "P4",
		at: ["transferring", "trial", "accepting", ...COMMITTING],
		on: /^request install$/,
		idle: true,
	},
	{
		promise: "P5",
		at: ["closing"],
		on: /^request download$/,
		when: ({ sizeWrong }) => sizeWrong,
		does: ["refuseDownload"],
	},
	...(["connect", "download", "install"] as const).map(
		(request): Obligation => ({
			promise: "P1",
			at: [
				"writing",
				"transferring",
				"resuming",
				"trial",
				"accepting",
				"rejecting",
				"closing",
				"reporting",
				"recovering",
				...COMMITTING,
			],
			on: new RegExp(`^request ${request}$`),
			does: [`delayRequest ${request}`],
		}),
	),
];

/** Nothing waits after a fault of our own, or when the product is switched off. */
const FAULTS: readonly Obligation[] = [
	{
		promise: "P3",
		at: ["recovering"],
		on: /^(fault|power-off)/,
		to: ["closed"],
		holds: ({ set }) => set === "mixed",
	},
	{ promise: "P4", at: ["closing"], on: /^(fault|power-off)/, idle: true },
	{ promise: "P7", at: ["rejecting"], on: /^fault no-modem/, idle: true },
	{ promise: "P4", at: ["rejecting"], on: /^(fault|power-off)/, to: ["closing"], holds: mixed },
	{
		promise: "P4",
		at: ["reporting"],
		on: /^(fault|power-off)/,
		to: ["closing"],
		holds: ({ outcome }) => outcome === "updated",
	},
	{ promise: "P7", at: COMMITTING, on: /^(fault|power-off)/, to: ["closing"], holds: mixed },
	{ promise: "P4", at: BEFORE_SENT, on: /^power-off/, to: ["closing"], holds: failed },
	...back({ promise: "P4", at: BEFORE_SENT, on: /^fault/, holds: failed }),
];

const TIMEOUTS: readonly Obligation[] = [
	{
		promise: "P3",
		at: ["recovering"],
		on: /^after untilRelease/,
		to: ["closed"],
		holds: ({ set }) => set === "mixed",
	},
	{ promise: "P4", at: ["closing"], on: /^after (untilEnd|endWithin)/, to: ["closed"] },
	{ promise: "P4", at: ["rejecting"], on: /^after untilEnd/, to: ["closed"], holds: mixed },
	{ promise: "P4", at: ["accepting", "reporting"], on: /^after untilEnd/, idle: true },
	{ promise: "P4", at: COMMITTING, on: /^after untilEnd/, to: ["closed"], holds: mixed },
	{
		promise: "P4",
		at: ["accepting", "rejecting", "reporting", "closing", ...COMMITTING],
		on: /^after untilSent/,
		idle: true,
	},
	...back({
		promise: "P4",
		at: BEFORE_SENT,
		on: /^after untilSent/,
		when: ({ committed }) => !committed,
		holds: ({ outcome }) => outcome === "deadline",
	}),
	{
		promise: "P4",
		at: ["connecting", "reconnecting"],
		on: /^after connectWithin/,
		to: ["closing"],
		holds: failed,
	},
	{
		promise: "P4",
		at: ["unoffered"],
		on: /^after offerWithin/,
		when: ({ reportOwed }) => reportOwed,
		to: ["connecting"],
		does: ["journalReported"],
		holds: ({ reportOwed }) => !reportOwed,
	},
	{ promise: "P4", at: ["unoffered"], on: /^after offerWithin/, to: ["closing"], holds: failed },
	{
		promise: "P4",
		at: DOWN,
		on: /^after (offerWithin|statusEvery)/,
		when: mayRead,
		to: ["downloaded"],
		does: ["readStatus"],
		holds: (after, before) => after.statusReads === before.statusReads + 1,
	},
	{ promise: "P8", at: DOWN, on: /^after (offerWithin|statusEvery)/, to: ["closing"], holds: failed },
	{ promise: "P4", at: ["connecting"], on: /^after statusEvery/, does: ["readStatus"] },
	{ promise: "P4", at: ["downloading"], on: /^after downloadStall/, to: ["closing"], holds: failed },
	{ promise: "P4", at: ["restarted"], on: /^after resumeAfter/, to: ["connecting"] },
	{
		promise: "P4",
		at: ["suspended"],
		on: /^after resumeAfter/,
		when: mayResume,
		to: ["connecting"],
		holds: (after, before) => after.resumes === before.resumes + 1,
	},
	{ promise: "P8", at: ["suspended"], on: /^after resumeAfter/, to: ["closing"], holds: failed },
	{ promise: "P4", at: ["inventory"], on: /^after modemWithin/, to: ["closing"], holds: failed },
	{ promise: "P4", at: ["resuming"], on: /^after modemWithin/, to: ["rejecting"], holds: failed },
	{ promise: "P4", at: ["trial"], on: /^after trialWithin/, to: ["rejecting"], holds: failed },
	{ promise: "P4", at: ["accepting"], on: /^after acceptWithin/, to: ["rejecting"], holds: failed },
	{ promise: "P4", at: ["rejecting"], on: /^after rejectWithin/, to: ["closing"], holds: mixed },
	{ promise: "P4", at: COMMITTING, on: /^after install/, to: ["closing"], holds: mixed },
	{
		promise: "P4",
		at: ["installing", "settling", "waiting"],
		on: /^after (lastLook|resultWithin|probeEvery)/,
		to: ["reading"],
	},
	{ promise: "P4", at: ["reporting"], on: /^after reportWithin/, to: ["closing"] },
];

/** What is known to have failed, or to be over, is not waited for. */
const SAID: readonly Obligation[] = [
	{ promise: "P4", at: ["connecting", "reconnecting"], on: /^session-ended$/, to: ["unoffered"] },
	{
		promise: "P4",
		at: ["downloading"],
		on: /^session-ended$/,
		when: ({ flowing }) => flowing,
		to: ["suspended"],
	},
	{ promise: "P4", at: ["downloading"], on: /^session-ended$/, idle: true },
	{ promise: "P4", at: ["downloaded"], on: /^session-ended$/, to: ["ready"] },
	{ promise: "P4", at: ["reporting"], on: /^session-ended$/, to: ["closing"], does: ["journalReported"] },
	{
		promise: "P4",
		at: ["settling", "reading", "waiting"],
		on: /^session-ended$/,
		idle: true,
		holds: ({ reported }) => reported,
	},
	{ promise: "P4", at: ["unoffered"], on: /^authenticating$/, to: ["reconnecting"] },
	{ promise: "P6", at: STAGING, on: /^session-started$/, idle: true, holds: ({ connected }) => connected },
	{
		promise: "P4",
		at: STAGING,
		on: /^(authentication-failed|session-refused|download-failed|signature-rejected)$/,
		to: ["closing"],
		holds: failed,
	},
	{ promise: "P4", at: ["connecting"], on: /^ready$/, does: ["readStatus"] },
	{ promise: "P4", at: ["downloading"], on: /^restarted$/, to: ["restarted"] },
	{ promise: "P4", at: ["restarted"], on: /^restarted$/, idle: true },
	{ promise: "P4", at: ["installing"], on: /^(restarted|unlaunched)$/, to: ["settling"] },
	{ promise: "P4", at: ["reading"], on: /^(installed|install-failed)$/, idle: true },
	{ promise: "P4", at: COMMITTING, on: /^(installed|install-failed)$/, to: ["reading"] },
	{ promise: "P4", at: ["sending"], on: /^(installing|install-accepted)$/, to: ["installing"] },
	...back({ promise: "P4", at: ["sending"], on: /^install-refused$/, holds: failed }),
	...back({ promise: "P7", at: COMMITTING, on: /^install-unsent$/, holds: failed }),
	{
		promise: "P4",
		at: ["connecting", "unoffered"],
		on: /^status offered$/,
		when: (context) => !isStrange(context),
		to: ["downloading"],
		does: ["acceptDownload"],
		holds: ({ accepted, acceptedNow }) => accepted && acceptedNow,
	},
	{ promise: "P6", at: ["connecting", "unoffered"], on: /^status offered$/, idle: true },
	{
		promise: "P6",
		at: STAGING,
		on: /^status ready$/,
		when: (context) => !isIdentified(context),
		to: ["closing"],
		holds: failed,
	},
	{ promise: "P4", at: STAGING, on: /^status ready$/, to: DECIDES },
	{
		promise: "P5",
		at: STAGING,
		on: /^package 1001$/,
		to: ["closing"],
		does: ["journalForeign"],
		holds: (after) => failed(after) && after.foreign && after.sizeWrong && !after.matched,
	},
	{ promise: "P5", at: DOWN, on: /^package 1000$/, idle: true },
	{
		promise: "P5",
		at: NOT_DOWN,
		on: /^package 1000$/,
		when: ({ accepted, adopt }) => accepted || adopt,
		to: ["downloading"],
		does: ["journalMatched"],
		holds: ({ matched, flowing }) => matched && flowing,
	},
	{ promise: "P6", at: NOT_DOWN, on: /^package 1000$/, to: ["closing"], holds: failed },
	{ promise: "P5", at: DOWN, on: /^(progress|downloaded)$/, idle: true },
	{
		promise: "P6",
		at: NOT_DOWN,
		on: /^(progress|downloaded)$/,
		when: (context) => !isIdentified(context),
		to: ["closing"],
		holds: failed,
	},
	{
		promise: "P5",
		at: NOT_DOWN,
		on: /^progress$/,
		when: ({ matched }) => matched,
		to: ["downloading"],
		does: ["journalFlowing"],
		holds: ({ flowing }) => flowing,
	},
	{ promise: "P5", at: NOT_DOWN, on: /^progress$/, to: ["downloading"], holds: ({ flowing }) => flowing },
	{ promise: "P5", at: NOT_DOWN, on: /^downloaded$/, to: ["downloaded"], does: ["journalDownloaded"] },
	{
		promise: "P8",
		at: STAGING,
		on: /^download-refused/,
		when: mayResume,
		to: ["connecting"],
		holds: (after, before) => after.resumes === before.resumes + 1,
	},
	{ promise: "P8", at: STAGING, on: /^download-refused/, to: ["closing"], holds: failed },
];

/** The elements beside the modem, and what is read of the modem itself. */
const ELEMENTS: readonly Obligation[] = [
	{ promise: "P5", at: ["inventory"], on: /^found (wrong-model|other)/, to: ["closing"], holds: failed },
	{
		promise: "P5",
		at: ["inventory"],
		on: /^found (to|none) \S+ current/,
		to: ["closing"],
		does: ["journalCurrent"],
		holds: ({ outcome }) => outcome === "current",
	},
	{
		promise: "P7",
		at: ["inventory"],
		on: /^found \S+ \S+ due/,
		to: ["writing"],
		holds: ({ othersDue }) => othersDue,
	},
	{
		promise: "P5",
		at: ["inventory"],
		on: /^found from/,
		to: ["transferring", "connecting", ...DECIDES],
		holds: ({ modemDue }) => modemDue,
	},
	{
		promise: "P7",
		at: ["resuming"],
		on: /^found (to|none) \S+ due/,
		when: ({ resumeAt, untilSentMs }) => resumeAt === "trial" && untilSentMs > 0,
		to: ["trial"],
	},
	{
		promise: "P6",
		at: ["resuming"],
		on: /^found from \S+ due/,
		when: (context) => context.resumeAt === "trial" && context.untilSentMs > 0 && isIdentified(context),
		to: ["trial"],
	},
	{
		promise: "P4",
		at: ["resuming"],
		on: /^found /,
		when: ({ untilSentMs }) => untilSentMs <= 0,
		to: ["rejecting"],
		holds: ({ outcome, reason }) => outcome === "deadline" && reason === "no-time-to-install",
	},
	{ promise: "P7", at: ["resuming"], on: /^found /, to: ["rejecting"], holds: failed },
	{ promise: "P7", at: ["inventory", "writing"], on: /^others-failed/, to: ["closing"], holds: failed },
	{
		promise: "P7",
		at: ["resuming", "trial", "accepting"],
		on: /^others-failed/,
		to: ["rejecting"],
		holds: failed,
	},
	{ promise: "P7", at: ["rejecting"], on: /^others-failed/, to: ["closing"], holds: mixed },
	{
		promise: "P7",
		at: ["writing"],
		on: /^written$/,
		when: ({ modemDue, isLocal, ready, matched }) => modemDue && isLocal && !(ready && matched),
		to: ["transferring"],
	},
	{
		promise: "P7",
		at: ["writing"],
		on: /^written$/,
		when: ({ modemDue, isLocal, ready }) => modemDue && !isLocal && !ready,
		to: ["connecting"],
	},
	{ promise: "P7", at: ["writing"], on: /^written$/, to: DECIDES },
	{
		promise: "P6",
		at: ["transferring"],
		on: /^file-sent$/,
		to: DECIDES,
		does: ["journalDownloaded"],
		holds: ({ matched }) => matched,
	},
	{ promise: "P4", at: ["transferring"], on: /^file-failed/, to: ["closing"], holds: failed },
	{ promise: "P7", at: ["trial"], on: /^on-trial$/, to: ["accepting"], holds: ({ committed }) => committed },
	{ promise: "P7", at: ["accepting"], on: /^accepted$/, when: ({ modemDue }) => modemDue, to: ["sending"] },
	{
		promise: "P7",
		at: ["accepting"],
		on: /^accepted$/,
		to: ["closing"],
		does: ["journalCurrent"],
		holds: ({ outcome }) => outcome === "updated",
	},
	{ promise: "P7", at: ["rejecting"], on: /^rejected$/, to: ["closing"] },
	{ promise: "P4", at: ["closing"], on: /^ended$/, to: ["closed"] },
	{
		promise: "P7",
		at: [...BEFORE_SENT, ...COMMITTING, "rejecting", "reporting", "closing", "recovering"],
		on: /^restart-needed$/,
		to: ["restarting"],
	},
	{
		promise: "P7",
		at: ["recovering"],
		on: /^recovered old/,
		to: ["closed"],
		holds: ({ set }) => set === "old",
	},
	{
		promise: "P7",
		at: ["recovering"],
		on: /^recovered new/,
		to: ["closed"],
		holds: ({ set }) => set === "new",
	},
	{
		promise: "P7",
		at: ["recovering"],
		on: /^recovered mixed/,
		to: ["closed"],
		holds: ({ set }) => set === "mixed",
	},
	{
		promise: "P5",
		at: ["reading"],
		on: /^read to/,
		when: ({ reported }) => reported,
		to: ["closing"],
		does: ["tellElement updated", "journalReported"],
		holds: ({ outcome }) => outcome === "updated",
	},
	{
		promise: "P5",
		at: ["reading"],
		on: /^read to/,
		to: ["reporting"],
		does: ["tellElement updated"],
		holds: ({ outcome }) => outcome === "updated",
	},
	...back({ promise: "P7", at: ["reading"], on: /^read from$/, holds: failed }),
	{ promise: "P5", at: ["reading"], on: /^read other/, to: ["closing"], holds: mixed },
	{ promise: "P7", at: ["reading"], on: /^read /, to: ["waiting"] },
	{ promise: "P5", at: ["installing"], on: /^read to/, to: ["reading"] },
	{ promise: "P5", at: ["installing"], on: /^read /, idle: true },
];

export const OBLIGATIONS: readonly Obligation[] = [...REQUESTS, ...FAULTS, ...TIMEOUTS, ...SAID, ...ELEMENTS];

/** What a state begins with, whoever leads there, and what it leaves behind. */
export const ENTERS: Readonly<Record<string, readonly string[]>> = {
	inventory: ["inspect"],
	recovering: ["recover"],
	writing: ["writeOthers"],
	transferring: ["sendFile"],
	connecting: ["openSession"],
	unoffered: ["readStatus"],
	restarted: ["rearm"],
	resuming: ["resume"],
	trial: ["tryOthers"],
	accepting: ["acceptOthers"],
	rejecting: ["rejectOthers"],
	sending: ["sendInstall"],
	installing: ["watchInstall"],
	settling: ["rearm"],
	reading: ["readBack"],
	closing: ["tellElement", "endSession"],
};
export const LEAVES: Readonly<Record<string, readonly string[]>> = {
	inventory: ["stopOthers"],
	writing: ["stopOthers"],
	transferring: ["cancelFile"],
	connecting: ["stopActivity"],
	restarted: ["stopActivity"],
	resuming: ["stopOthers"],
	trial: ["stopOthers"],
	accepting: ["stopOthers"],
	rejecting: ["stopOthers"],
	sending: ["stopActivity"],
	installing: ["stopActivity"],
};
