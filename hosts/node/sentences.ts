import type { Request } from "../../modules/modem/requests.js";
import type { ClosedOutcome, DecidedReason, ProductEvent } from "../../modules/window/events.js";
import { shownDuration } from "./shown-duration.js";

type Sentences = {
	[Name in ProductEvent["event"]]: (event: Extract<ProductEvent, { event: Name }>) => string | undefined;
};

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Why a boot decided as it did, for every reason of `decided`, in the order in which decide() asks. */
export const DECISIONS: Readonly<Record<DecidedReason, string>> = {
	"journal-damaged":
		"the journal cannot be read, so nobody knows what went before; a new order starts it afresh",
	"journal-open": "an update was begun and its result was never read: recovery goes first",
	"nothing-to-do": "there is no order, or it is in force already",
	"given-up": "the order failed as often as an order may; only a new one is tried",
	"mark-not-writable": "the alive mark or the boot number cannot be written and read back",
	"no-witness": "nothing proves that the product was on as long as its mark says",
	"no-power-on": "this boot is a reset, not a power-on",
	distrust: "a fault of an earlier boot says that its marks are not to be trusted",
	"clock-unset": "the clock was never set, or shows an absurd time",
	"clock-stopped": "the clock stopped",
	"no-mark": "there is no alive mark; this is a first boot, or the memory lost its battery",
	"mark-damaged": "the alive mark cannot be read",
	"boot-missed": "the mark is not of the previous boot",
	"clock-set": "the clock was set since the mark was written",
	"clock-backwards": "the clock went backwards",
	"too-long": "it would be longer than is believed, so the clock must have jumped",
	"clock-unrated":
		"the clock was not yet compared with the processor's own ticks, which takes two minutes on",
	"clock-bad-rate": "the clock runs too fast or too slow",
	"off-too-short": "the product was not off long enough",
	"off-long-enough": "the product was off long enough",
};

/** Why a window closed or a recovery ended, for every reason of `closed` and `recovered`. */
export const ENDINGS: Readonly<Record<string, string>> = {
	"read-back": "the ordered version was read back from the modem",
	"already-installed": "the modem runs the ordered version already",
	"no-modem": "the modem did not answer",
	"wrong-model": "the modem is of another family than was ordered",
	"wrong-version": "the modem runs a version that the order does not name",
	"version-unreadable": "the modem's version cannot be read",
	"agreements-refused": "the modem did not take the settings that make it ask first, so nothing was begun",
	"authentication-failed": "the server did not accept the modem's credentials",
	"session-refused": "the server could not be reached, or refused the session",
	"no-job": "the server had nothing for this modem",
	"wrong-size": "the package on the server is not of the ordered size; it was not taken",
	"not-rejected": "not every element could be brought back to its old version; the next boot goes on",
	"went-back": "every element runs its old version again",
	"unknown-element": "the order names an element that this product does not have",
	refused: "an element refused a step of its update",
	"no-space": "an image does not fit its slot",
	"wrong-hash": "the bytes of an image are not the order's",
	"no-image": "an image that the order names is not there",
	"transfer-failed": "an image could not be handed over whole",
	"cannot-go-back": "an element could not go back to its old image, so nothing was tried",
	"no-trial": "this board cannot run an image on trial",
	"trial-failed": "a new image did not run, or went back by itself",
	"not-accepted": "an element did not keep its new image",
	"foreign-package": "the package on the modem is not the one that was ordered; it was not taken",
	"unidentified-package": "nobody knows where the package on the modem comes from; it was not taken",
	"download-refused": "the modem did not take the answer to download",
	"download-failed": "the download failed",
	"download-stalled": "the download stood still for too long",
	"download-suspended": "the download broke off too often",
	"signature-rejected": "the modem rejected the package's signature",
	"no-install-request": "the package is down, but the modem never asked to install it",
	"no-time-to-install": "too little time was left for an install to end within the window",
	"install-refused": "the modem refused to begin the install",
	"install-failed": "the install ended, and the modem runs its old version",
	"no-answer": "an element, or the modem after its install was sent, did not tell what it runs",
	"journal-not-writable": "the journal cannot be written, and what is not written down is not done",
	"internal-fault": "a fault in this program",
	"power-off": "the product was switched off",
};

const OUTCOMES: Readonly<Record<ClosedOutcome, string>> = {
	updated: "updated",
	current: "nothing to update",
	failed: "not updated",
	deadline: "not updated, the time was up",
	mixed: "what the modem runs is not known, or was not ordered",
};

const RECOVERED = {
	new: "the new version is in force",
	old: "the old version is in force",
	mixed: "what the modem runs is not known, or was not ordered",
} as const;

const REQUESTS: Readonly<Record<Request, string>> = {
	connect: "connect to the server",
	download: "download a package",
	install: "install a package",
	reboot: "restart for the server",
	uninstall: "remove an application",
};

/** What an open window is about, where a person would otherwise wait and wonder. */
export const STEPS: Readonly<Record<string, string>> = {
	recovering: "Recovery: what was begun is found out, and brought to its end.",
	"open.resuming": "The new firmware of our own MCU goes on with the window.",
	"open.inventory": "The modem and the other elements are asked for their versions.",
	"open.rejecting": "Everything that has begun goes back.",
	"open.staging.connecting": "A session with the server is opened.",
	"open.staging.suspended": "The download broke off; it is taken up again.",
	"open.staging.restarted": "The modem restarted in the download; it is taken up again.",
	"open.committing.settling": "The modem restarted; its version is read back.",
	"open.reporting": "The modem tells the server.",
};

const SENTENCES: Sentences = {
	order: (event) => {
		if (event.outcome === "refused")
			return `The order is refused (${event.reason}): ${event.message}. An earlier order, where there is one, stays in force.`;
		return event.outcome === "accepted"
			? "The order is signed as it must be: accepted and stored."
			: "The order is the one that is stored already.";
	},
	decided,
	released: () => "Monitoring may start.",
	state: ({ value }) => STEPS[path(value)],
	progress: () => undefined,
	refused: ({ request, by, minutes }) =>
		`The modem asks to ${REQUESTS[request]}: ${by === "delay" ? `put off for ${shownDuration(minutes * MINUTE_MS)}` : "refused"}.`,
	element: ({ element, from, to, is, outcome, message, remedy }) => {
		if (message !== undefined) return `${element}: not updated to ${to}. ${message}. What to do: ${remedy}.`;
		if (outcome === "updated") return `${element}: updated from ${from || "an unknown version"} to ${is}.`;
		if (outcome === "current") return `${element}: runs ${is}, as ordered.`;
		if (is === "") return `${element}: not updated to ${to}; its version was not read.`;
		if (outcome === "wrong-version")
			return `${element}: runs ${is}, which nobody ordered; the order names ${to}.`;
		return `${element}: not updated to ${to}; it runs ${is}.`;
	},
	closed: ({ outcome, reason }) =>
		`The window is closed, ${OUTCOMES[outcome]}: ${ENDINGS[reason] ?? reason}.`,
	recovered: ({ set, reason }) => `Recovery has ended, ${RECOVERED[set]}: ${ENDINGS[reason] ?? reason}.`,
	armed: () => "Guard: the modem asks before everything that it does, and is put off.",
	unguarded: ({ reason }) =>
		`Guard: the modem could not be made to ask first (${ENDINGS[reason] ?? reason}).`,
	uninvited: ({ element, from, is }) =>
		`Guard: an install ran that nobody answered: ${element} was ${from || "not known"} and is ${is}.`,
	staged: ({ element, version }) => `${element}: ${version} is written and whole.`,
	installed: ({ element, version }) => `${element}: ${version} runs on trial; any reset would take it back.`,
	accepted: ({ element, version }) => `${element}: ${version} stays.`,
	rejected: ({ element, version }) => `${element}: ${version} runs again.`,
	restart: ({ element }) => `${element}: starts again, to run its other image.`,
	prefetched: ({ element }) => `The package for ${element} is down and waits for the next window.`,
	session: ({ purpose }) =>
		purpose === "prefetch"
			? "A session with the server is opened to download ahead; nothing is installed."
			: "A session with the server is opened to tell it of the last install.",
};

/** An event as a sentence; undefined where it is drawn otherwise or says nothing to a person. */
export function sentence(event: ProductEvent): string | undefined {
	return (SENTENCES[event.event] as (event: ProductEvent) => string | undefined)(event);
}

function decided({
	window,
	reason,
	offTime,
	opensFrom,
}: Extract<ProductEvent, { event: "decided" }>): string {
	if (window === "recover")
		return `${capital(DECISIONS[reason])}. Monitoring waits for it, but not for long.`;
	// A bound from below is rounded down, and one from above up: what is said must hold.
	const always = `it always opens from ${shownDuration(Math.ceil(opensFrom / SECOND_MS) * SECOND_MS)} off`;
	if ("unknown" in offTime && offTime.unknown === reason)
		return `Off-time not known: ${DECISIONS[reason]}. The window stays closed; ${always}, once the off-time is known.`;
	if ("unknown" in offTime || (reason !== "off-too-short" && reason !== "off-long-enough"))
		return `${capital(DECISIONS[reason])}. The window stays closed.`;
	const provenMs = Math.floor(offTime.atLeast / SECOND_MS) * SECOND_MS;
	const proven = `${capital(DECISIONS[reason])}: ${provenMs > 0 ? `at least ${shownDuration(provenMs)} is` : "nothing is"} proven.`;
	return window === "open"
		? `${proven} The window opens; monitoring waits until it is closed.`
		: `${proven} The window stays closed; ${always}.`;
}

/** `{"open":{"staging":"connecting"}}` as `open.staging.connecting`. */
function path(value: unknown): string {
	if (typeof value !== "object" || value === null) return String(value);
	return Object.entries(value)
		.map(([state, inner]) => `${state}.${path(inner)}`)
		.join(" ");
}

function capital(text: string): string {
	return text.charAt(0).toUpperCase() + text.slice(1);
}
