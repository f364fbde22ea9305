import type { ProductEvent } from "../../modules/window/events.js";
import { shownDuration } from "./shown-time.js";

/**
 * What a colour says: `off` no power; `monitoring` monitoring runs and the window is shut; `window` the window is open
 * or a recovery runs, monitoring waits; `trouble` something to look at, or do not switch off now; `plain` all else.
 */
export type Tone = "off" | "monitoring" | "window" | "trouble" | "plain";

export interface Line {
	text: string;
	tone: Tone;
}

type Event<Name extends ProductEvent["event"]> = Extract<ProductEvent, { event: Name }>;
type Lines = { [Name in ProductEvent["event"]]: (event: Event<Name>) => Line | undefined };

/** The window's states, by the innermost one that says something. */
export const STATE_WORDS: Readonly<Record<string, string>> = Object.freeze({
	assessing: "deciding",
	recovering: "recovering",
	inventory: "reading the modem",
	staging: "staging",
	connecting: "asking the server",
	unoffered: "no offer so far",
	reconnecting: "connecting again",
	downloading: "downloading",
	restarted: "modem restarted",
	suspended: "download suspended",
	downloaded: "downloaded",
	ready: "ready to install",
	offered: "an offer came back",
	unidentified: "unknown package",
	committing: "installing",
	writing: "writing the images",
	written: "images written",
	transferring: "handing file over",
	failing: "not updated",
	resuming: "going on",
	trial: "trying new images",
	accepting: "keeping new images",
	rejecting: "going back",
	restarting: "starting again",
	sending: "asking to install",
	installing: "installing",
	settling: "modem restarts",
	reading: "reading the version",
	waiting: "waiting",
	reporting: "reporting",
	closing: "closing",
	closed: "closed",
});

const DECIDED: Readonly<Record<Event<"decided">["reason"], string>> = Object.freeze({
	"off-long-enough": "the product was off long enough",
	"off-too-short": "the product was not off long enough",
	"nothing-to-do": "no order, or the order is in force already",
	"given-up": "the order failed too often and is given up",
	"journal-open": "an update was begun, its result was never read",
	"journal-damaged": "the journal cannot be read",
	"no-mark": "no alive mark from an earlier boot",
	"mark-damaged": "the alive mark is damaged",
	"mark-not-writable": "the alive mark cannot be written",
	"boot-missed": "a boot in between left no mark",
	"clock-unset": "the clock was never set",
	"clock-stopped": "the clock stood still",
	"clock-set": "the clock was set in between",
	"clock-backwards": "the clock went backwards",
	"clock-unrated": "the clock's rate is not known yet",
	"clock-bad-rate": "the clock's rate is wrong",
	"too-long": "the off-time is too long to be believed",
	"no-power-on": "this start was no power-on",
	"no-witness": "nothing proves that the product was on",
	distrust: "the firmware distrusts its own mark",
});

const WINDOWS: Readonly<Record<Event<"decided">["window"], string>> = Object.freeze({
	open: "Opens",
	closed: "Stays closed",
	recover: "Recovers",
});

const CLOSED: Readonly<Record<Event<"closed">["outcome"], string>> = Object.freeze({
	updated: "updated",
	current: "the ordered version was there already",
	failed: "nothing was installed",
	deadline: "the time was up",
	mixed: "the version is not known or was not ordered",
});

const RECOVERED: Readonly<Record<Event<"recovered">["set"], string>> = Object.freeze({
	new: "the new version is in force",
	old: "the old version is in force",
	mixed: "the version is not known or was not ordered",
});

const ELEMENTS: Readonly<Record<Event<"element">["outcome"], string>> = Object.freeze({
	updated: "updated",
	current: "current",
	failed: "not updated",
	"wrong-version": "wrong version",
});

const LINES: Readonly<Lines> = {
	order: (event) =>
		event.outcome === "refused"
			? trouble(`Order refused (${event.reason}): ${event.message}`)
			: plain(event.outcome === "accepted" ? "Order accepted and stored" : "Order is in force already"),
	decided: (event) => ({
		text: `${decisionWords(event)}. ${offTimeWords(event)}`,
		tone: event.window === "closed" ? "plain" : "window",
	}),
	released: () => ({ text: "Monitoring released", tone: "monitoring" }),
	state: ({ value }) =>
		value === "closed" ? undefined : { text: `Window: ${stateWords(value)}`, tone: "window" },
	progress: () => undefined,
	refused: ({ request, by, minutes }) =>
		plain(
			by === "delay"
				? `Modem asks to ${request}: put off for ${minutes} min`
				: `Modem asks to ${request}: refused`,
		),
	element: ({ element, is, outcome }) => ({
		text: `${element} read back ${is === "" ? "nothing" : shortVersion(is)}: ${ELEMENTS[outcome]}`,
		tone: outcome === "updated" || outcome === "current" ? "monitoring" : "trouble",
	}),
	closed: (event) => ({ text: closedWords(event), tone: closedTone(event.outcome) }),
	recovered: ({ set, reason }) => ({
		text: `Recovered: ${RECOVERED[set]} (${reason})`,
		tone: set === "mixed" ? "trouble" : "plain",
	}),
	armed: () => plain("Guard: the modem asks before everything"),
	unguarded: ({ reason }) => trouble(`Guard: the modem is not armed (${reason})`),
	uninvited: ({ element, from, is }) =>
		trouble(`Uninvited install: ${element} was ${shortVersion(from)}, is ${shortVersion(is)}`),
	staged: ({ element, version }) => plain(`${element}: ${shortVersion(version)} is written`),
	installed: ({ element, version }) => ({
		text: `${element}: ${shortVersion(version)} on trial`,
		tone: "window",
	}),
	accepted: ({ element, version }) => ({
		text: `${element}: ${shortVersion(version)} stays`,
		tone: "window",
	}),
	rejected: ({ element, version }) => ({
		text: `${element}: back at ${shortVersion(version)}`,
		tone: "trouble",
	}),
	restart: ({ element }) => ({ text: `${element} starts again`, tone: "window" }),
	prefetched: ({ element }) => plain(`Prefetched: the package for ${element} waits for a window`),
	session: ({ purpose }) => plain(`Session with the server (${purpose})`),
};

/** An event as one line of the log; undefined where it is drawn otherwise. */
export function logLine(event: ProductEvent): Line | undefined {
	return (LINES[event.event] as (event: ProductEvent) => Line | undefined)(event);
}

/** Why the window opens or stays closed. */
export function decisionWords({ window, reason }: Event<"decided">): string {
	return `${WINDOWS[window]}: ${DECIDED[reason]}`;
}

/** How long the product was off, as far as that is proven, and how long it takes. */
export function offTimeWords({ offTime, opensFrom }: Event<"decided">): string {
	const off = "unknown" in offTime ? "Not proven" : `Proven ${shownDuration(offTime.atLeast)}`;
	return `${off}, opens from ${shownDuration(opensFrom)}`;
}

export function closedWords({ outcome, reason }: Event<"closed">): string {
	return `Window closed: ${CLOSED[outcome]} (${reason})`;
}

export function closedTone(outcome: Event<"closed">["outcome"]): Tone {
	return outcome === "updated" || outcome === "current" ? "monitoring" : "trouble";
}

/** The innermost state of a statechart's value, in words. */
export function stateWords(value: unknown): string {
	const name = innermost(value);
	return STATE_WORDS[name] ?? name;
}

/** True where the install was sent and its result is not read back: do not switch off now. */
export function isCommitting(value: unknown): boolean {
	const open = typeof value === "object" && value !== null ? (value as { open?: unknown }).open : undefined;
	return typeof open === "object" && open !== null && "committing" in open;
}

/**
 * `RHL769x.2.26.180400.201802141030.x7120m_1` and `HL7800.4.4.14.0` as people say them: 2.26.180400, 4.4.14.0. Versions that
 * begin with a number are said as they are.
 */
export function shortVersion(version: string): string {
	if (/^\d/.test(version)) return version;
	const parts = version.split(".");
	const isOldFamily = version.startsWith("RHL769x.") || version.startsWith("BHL769x.");
	return isOldFamily ? parts.slice(1, 4).join(".") : parts.slice(1).join(".") || version;
}

function innermost(value: unknown): string {
	if (typeof value !== "object" || value === null) return String(value);
	const [name, inner] = Object.entries(value)[0] ?? ["", ""];
	return typeof inner === "object" && inner !== null && Object.keys(inner).length === 0
		? name
		: innermost(inner);
}

function plain(text: string): Line {
	return { text, tone: "plain" };
}

function trouble(text: string): Line {
	return { text, tone: "trouble" };
}
