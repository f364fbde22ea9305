import type { Content } from "piu/MC";
import { JOBS_SHOWN_MAX, type SimView, SPEEDS } from "../sim-model.js";
import { bars } from "./bars.js";
import { buttonRow } from "./button-row.js";
import { list } from "./list.js";
import { LINE_HEIGHT, lineStyles, sentStyle } from "./look.js";
import { paragraph, textLine } from "./text.js";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const ORDERS = ["first", "second"] as const;

const PASSES = [
	{ label: "10 s", durationMs: 10 * SECOND_MS },
	{ label: "1 min", durationMs: MINUTE_MS },
	{ label: "10 min", durationMs: 10 * MINUTE_MS },
	{ label: "1 h", durationMs: HOUR_MS },
] as const;

export interface Page {
	name: string;
	/** Of its tab, in pixels; all of them together are 320. */
	tabWidth: number;
	/** What is on it, 320 by 180. */
	contents: () => Content[];
}

export const PAGES: readonly Page[] = [
	{ name: "Product", tabWidth: 76, contents: productPage },
	{ name: "Setup", tabWidth: 64, contents: setupPage },
	{ name: "Server", tabWidth: 68, contents: serverPage },
	{ name: "Log", tabWidth: 56, contents: logPage },
	{ name: "AT", tabWidth: 56, contents: trafficPage },
];

const isOn = (view: SimView) => view.isOn;

/** The switch, the window in words and why, one bar an element. */
function productPage(): Content[] {
	return [
		...buttonRow({
			top: 4,
			buttons: [
				{
					label: (view) => (view.isOn ? "Turn off" : "Turn on"),
					act: (model) => (model.view.isOn ? model.switchOff() : model.switchOn()),
				},
				{ label: "Brief cut", act: (model) => model.briefCut(), isEnabled: isOn },
				{ label: "+1 min", act: (model) => model.letPass(MINUTE_MS) },
				{ label: "+10 min", act: (model) => model.letPass(10 * MINUTE_MS) },
			],
		}),
		paragraph({ top: 35, lines: 2, line: ({ reason }) => reason }),
		textLine({ top: 79, line: ({ offTime }) => ({ text: offTime, tone: "plain" }) }),
		...bars(101),
	];
}

/** The clock, the time-lapse, and the family of modem. */
function setupPage(): Content[] {
	return [
		...buttonRow({
			top: 4,
			caption: "Clock",
			buttons: [
				{ label: "Stop", act: (model) => model.stopClock(), isEnabled: (view) => !view.isClockStopped },
				{ label: "Set -1 h", act: (model) => model.moveClock(-HOUR_MS), isEnabled: canSet },
				{ label: "Set +1 h", act: (model) => model.moveClock(HOUR_MS), isEnabled: canSet },
			],
		}),
		...buttonRow({
			top: 38,
			caption: "Pass",
			buttons: PASSES.map(({ label, durationMs }) => ({ label, act: (model) => model.letPass(durationMs) })),
		}),
		...buttonRow({
			top: 72,
			caption: "Speed",
			buttons: SPEEDS.map((speed) => ({
				label: speed === 0 ? "Pause" : `x ${speed}`,
				act: (model) => model.setSpeed(speed),
				isSelected: (view) => view.speed === speed,
			})),
		}),
		...buttonRow({
			top: 106,
			caption: "Modem",
			buttons: (["HL7692", "HL7800"] as const).map((family) => ({
				label: family,
				act: (model) => model.chooseModel(family),
				isSelected: (view) => view.model === family,
			})),
		}),
		textLine({ top: 139, line: ({ clock, since }) => ({ text: `${clock}, ${since}`, tone: "plain" }) }),
		textLine({ top: 159, line: () => ({ text: "A modem's button starts a new product.", tone: "off" }) }),
	];
}

function canSet({ isOn, isClockStopped }: SimView): boolean {
	return isOn && !isClockStopped;
}

/** The company's side: two orders, and jobs for the same two versions. */
function serverPage(): Content[] {
	return [
		...buttonRow({
			top: 4,
			caption: "Order",
			buttons: ORDERS.map((order) => ({
				label: ({ versions }) => versions[order],
				act: (model) => model.loadOrder(order),
			})),
		}),
		textLine({
			top: 35,
			line: ({ orderInForce, orderWaiting }) => ({
				text: orderWaiting === "none" ? `In force: ${orderInForce}` : `For the next start: ${orderWaiting}`,
				tone: "plain",
			}),
		}),
		...buttonRow({
			top: 57,
			caption: "Job",
			buttons: ORDERS.map((order) => ({
				label: ({ versions }) => versions[order],
				act: (model) => model.addJob(order),
			})),
		}),
		...buttonRow({
			top: 91,
			buttons: [
				{ label: "Notify the modem", act: (model) => model.notify() },
				{ label: "Cancel the jobs", act: (model) => model.cancelJobs() },
			],
		}),
		...Array.from({ length: JOBS_SHOWN_MAX }, (_, index) =>
			textLine({
				top: 122 + index * LINE_HEIGHT,
				line: ({ jobs }) => jobs[index] ?? { text: index === 0 ? "No jobs" : "", tone: "off" },
			}),
		),
	];
}

function logPage(): Content[] {
	return [
		list({
			source: ({ log }) => log,
			lines: ({ log }) => log.map(({ text, tone }) => ({ text, style: lineStyles[tone] })),
		}),
	];
}

function trafficPage(): Content[] {
	return [
		list({
			source: ({ traffic }) => traffic,
			lines: ({ traffic }) =>
				traffic.map(({ sent, text, count }) => ({
					text: `${sent ? ">" : "<"} ${text}${count > 1 ? ` (${count} times)` : ""}`,
					style: sent ? sentStyle : lineStyles.plain,
				})),
		}),
	];
}
