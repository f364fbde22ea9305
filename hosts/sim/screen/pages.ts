import type { Content } from "piu/MC";
import { JOBS_SHOWN_MAX, MISHAPS, type SimView, SPEEDS } from "../sim-model.js";
import type { Line } from "../words.js";
import { bars } from "./bars.js";
import { buttonRow, type RowButton } from "./button-row.js";
import { list } from "./list.js";
import { lineStyles, sentStyle, WIDE } from "./look.js";
import { paragraph, textLine } from "./text.js";

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

const ORDERS = ["first", "second"] as const;

const SET_ORDERS = [
	{ order: "avms", label: "by AVMS" },
	{ order: "local", label: "local file" },
	{ order: "none", label: "others" },
] as const;

const PASSES = [
	{ label: "10 s", durationMs: 10 * SECOND_MS },
	{ label: "1 min", durationMs: MINUTE_MS },
	{ label: "10 min", durationMs: 10 * MINUTE_MS },
	{ label: "1 h", durationMs: HOUR_MS },
] as const;

export interface Page {
	name: string;
	/** Its name where the screen is not wide. */
	shortName: string;
	/** The share of all tabs that its own takes; all of them together are 1. */
	tabShare: number;
	/** What is on it, for a screen of this width. */
	content: (width: number) => Content;
}

export const PAGES: readonly Page[] = [
	{ name: "Product", shortName: "Prod", tabShare: 0.22, content: productPage },
	{ name: "Setup", shortName: "Test", tabShare: 0.18, content: setupPage },
	{ name: "Server", shortName: "Serv", tabShare: 0.2, content: serverPage },
	{ name: "Set", shortName: "Set", tabShare: 0.135, content: setPage },
	{ name: "Log", shortName: "Log", tabShare: 0.135, content: logPage },
	{ name: "AT", shortName: "AT", tabShare: 0.13, content: trafficPage },
];

const isOn = (view: SimView) => view.isOn;

/** The switch, the window in words and why, one bar an element. */
function productPage(width: number): Content {
	return column([
		buttonRow({
			width,
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
		paragraph({ lines: width >= WIDE ? 2 : 3, line: ({ reason }) => reason }),
		paragraph({
			lines: width >= WIDE ? 1 : 2,
			line: ({ offTime }) => ({ text: offTime, tone: "plain" }),
		}),
		...bars(),
	]);
}

/** The clock, the time-lapse, and the family of modem. */
function setupPage(width: number): Content {
	return column([
		buttonRow({
			width,
			caption: "Clock",
			buttons: [
				{ label: "Stop", act: (model) => model.stopClock(), isEnabled: (view) => !view.isClockStopped },
				{ label: "Set -1 h", act: (model) => model.moveClock(-HOUR_MS), isEnabled: canSet },
				{ label: "Set +1 h", act: (model) => model.moveClock(HOUR_MS), isEnabled: canSet },
			],
		}),
		buttonRow({
			width,
			caption: "Pass",
			buttons: PASSES.map(({ label, durationMs }) => ({ label, act: (model) => model.letPass(durationMs) })),
		}),
		buttonRow({
			width,
			caption: "Speed",
			buttons: SPEEDS.map((speed) => ({
				label: speed === 0 ? "Pause" : `x ${speed}`,
				act: (model) => model.setSpeed(speed),
				isSelected: (view) => view.speed === speed,
			})),
		}),
		buttonRow({
			width,
			caption: "Modem",
			buttons: (["HL7692", "HL7800"] as const).map((family) => ({
				label: family,
				act: (model) => model.chooseModel(family),
				isSelected: (view) => view.model === family,
			})),
		}),
		textLine({ line: ({ clock, since }) => ({ text: `${clock}, ${since}`, tone: "plain" }) }),
		...(width >= WIDE
			? [textLine({ line: () => ({ text: "A modem's button starts a new product.", tone: "off" }) })]
			: []),
	]);
}

/** One below the other, from the top. */
function column(contents: Content[]): Content {
	return new Column(null, { left: 0, right: 0, top: 0, contents });
}

function canSet({ isOn, isClockStopped }: SimView): boolean {
	return isOn && !isClockStopped;
}

/** Orders for the set, and what is to go wrong with it. */
function setPage(width: number): Content {
	return column([
		...captionedRow(
			width,
			"Order",
			SET_ORDERS.map(({ order, label }) => ({
				label,
				act: (model) => model.loadOrder(order),
				isSelected: ({ waiting }) => waiting === order,
			})),
		),
		...mishapRow(width, "Sensor", "image"),
		...mishapRow(width, "File", "file"),
		...mishapRow(width, "Modem", "install"),
		textLine({ line: orderLine }),
		...(width >= WIDE
			? [textLine({ line: () => ({ text: "What the next update will meet.", tone: "off" }) })]
			: []),
	]);
}

function mishapRow(width: number, caption: string, kind: keyof typeof MISHAPS): Content[] {
	return captionedRow(
		width,
		caption,
		MISHAPS[kind].map((mishap) => ({
			label: mishap,
			act: (model) => model.arrange({ [kind]: mishap }),
			isSelected: ({ mishaps }) => mishaps[kind] === mishap,
		})),
	);
}

/** Three buttons; on a screen that is not wide their caption is above them. */
function captionedRow(width: number, caption: string, buttons: readonly RowButton[]): Content[] {
	if (width >= WIDE) return [buttonRow({ width, caption, buttons })];
	return [
		textLine({ line: () => ({ text: caption, tone: "plain" }) }),
		buttonRow({ width, buttons, columns: buttons.length }),
	];
}

function orderLine({ orderInForce, orderWaiting }: SimView): Line {
	return {
		text: orderWaiting === "none" ? `In force: ${orderInForce}` : `Next start: ${orderWaiting}`,
		tone: "plain",
	};
}

/** The company's side: two orders, and jobs for the same two versions. */
function serverPage(width: number): Content {
	return column([
		buttonRow({
			width,
			caption: "Order",
			buttons: ORDERS.map((order) => ({
				label: ({ versions }) => versions[order],
				act: (model) => model.loadOrder(order),
				isSelected: ({ waiting }) => waiting === order,
			})),
		}),
		textLine({ line: orderLine }),
		buttonRow({
			width,
			caption: "Job",
			buttons: ORDERS.map((order) => ({
				label: ({ versions }) => versions[order],
				act: (model) => model.addJob(order),
			})),
		}),
		buttonRow({
			width,
			buttons: [
				{ label: "Notify", act: (model) => model.notify() },
				{ label: "Cancel jobs", act: (model) => model.cancelJobs() },
			],
		}),
		...Array.from({ length: JOBS_SHOWN_MAX }, (_, index) =>
			textLine({
				line: ({ jobs }) => jobs[index] ?? { text: index === 0 ? "No jobs" : "", tone: "off" },
			}),
		),
	]);
}

function logPage(): Content {
	return list({
		source: ({ log }) => log,
		lines: ({ log }) => log.map(({ text, tone }) => ({ text, style: lineStyles[tone] })),
	});
}

function trafficPage(): Content {
	return list({
		source: ({ traffic }) => traffic,
		lines: ({ traffic }) =>
			traffic.map(({ sent, text, count }) => ({
				text: `${sent ? ">" : "<"} ${text}${count > 1 ? ` (${count} times)` : ""}`,
				style: sent ? sentStyle : lineStyles.plain,
			})),
	});
}
