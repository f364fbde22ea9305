import type { ProductEvent } from "../../modules/window/events.js";
import { shownDuration } from "./shown-duration.js";

type Sentences = {
	[Name in ProductEvent["event"]]: (event: Extract<ProductEvent, { event: Name }>) => string | undefined;
};

const DECIDED: Readonly<Record<string, string>> = {
	"off-long-enough": "the product was off long enough: the window opens and monitoring waits",
	"off-too-short": "the product was not off long enough: the window stays closed",
	"nothing-to-do": "there is no order, or it is in force already: the window stays closed",
	"given-up": "this order failed too often and is given up until a new one comes: the window stays closed",
	"journal-open": "an install was sent and its result was never read: recovery goes first",
	"journal-damaged": "the journal cannot be read, and a new order starts it afresh: the window stays closed",
};

const CLOSED: Readonly<Record<string, string>> = {
	updated: "the modem was updated",
	current: "the modem had the ordered version already",
	failed: "nothing was installed",
	deadline: "the time was up",
	mixed: "what the modem runs is not known or was not ordered",
};

const RECOVERED: Readonly<Record<string, string>> = {
	new: "the new version is in force",
	old: "the old version is in force",
	mixed: "what the modem runs is not known or was not ordered",
};

const SENTENCES: Sentences = {
	order: (event) =>
		event.outcome === "refused"
			? `Order refused (${event.reason}): ${event.message}. The earlier order stays in force.`
			: event.outcome === "accepted"
				? "Order accepted and stored."
				: "Order is the one in force already.",
	decided: ({ reason, offTime, opensFrom }) => {
		const off =
			"unknown" in offTime
				? `Off-time unknown (${offTime.unknown})`
				: `Off for at least ${shownDuration(offTime.atLeast)}`;
		const why = DECIDED[reason] ?? `the off-time is not proven (${reason}): the window stays closed`;
		return `${off}; ${why}. It always opens from ${shownDuration(opensFrom)} off.`;
	},
	released: () => "Monitoring may start.",
	state: () => undefined,
	progress: () => undefined,
	refused: ({ request, by, minutes }) =>
		by === "delay"
			? `The modem asked to ${request}: put off for ${minutes} minutes.`
			: `The modem asked to ${request}: refused.`,
	element: ({ element, from, to, is, outcome }) =>
		`${element}: found ${from || "nothing readable"}, ordered ${to}, read back ${is || "nothing"}: ${outcome}.`,
	closed: ({ outcome, reason }) => `Window closed: ${CLOSED[outcome]} (${reason}).`,
	recovered: ({ set, reason }) => `Recovered: ${RECOVERED[set]} (${reason}).`,
	armed: () => "Guard: the modem asks before everything; it will be put off.",
	unguarded: ({ reason }) => `Guard: the modem could not be armed (${reason}).`,
	uninvited: ({ element, from, is }) =>
		`Guard: an install ran that nobody answered: ${element} was ${from || "not known"} and is ${is}.`,
	prefetched: ({ element }) => `Prefetch: the package for ${element} is down and waits for the next window.`,
	session: ({ purpose }) => `A session with the server is opened (${purpose}).`,
};

/** An event as a sentence; undefined where it is drawn otherwise or says nothing to a person. */
export function sentence(event: ProductEvent): string | undefined {
	return (SENTENCES[event.event] as (event: ProductEvent) => string | undefined)(event);
}
