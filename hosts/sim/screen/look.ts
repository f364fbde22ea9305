import {} from "piu/MC";
import type { Tone } from "../words.js";

/** The place of each tone among the colours below: the state of a content that is drawn in it. */
export const TONE_STATES: Readonly<Record<Tone, number>> = Object.freeze({
	off: 0,
	monitoring: 1,
	window: 2,
	trouble: 3,
	plain: 4,
});

/** Grey: no power. Green: monitoring runs. Amber: the window is open. Red: look here. Black: all else. */
const TONE_COLORS = ["#5f6672", "#16713a", "#a34a05", "#b91c1c", "#1a1a1a"];
const TINTS = ["#d4d7dc", "#8fdba9", "#fbc55c", "#f5a3a3", "#b9d0f5"];

/** States of a button; blue is what can be touched. */
export const BUTTON = Object.freeze({ ready: 0, pressed: 1, selected: 2, disabled: 3 } as const);
const BUTTON_FILLS = ["#1d4ed8", "#0b1f66", "#1a1a1a", "#e3e5e9"];
const BUTTON_TEXTS = ["white", "white", "white", "#7b818c"];

const REGULAR = "16px Open Sans";
const BOLD = "600 16px Open Sans";

export const LINE_HEIGHT = 18;
export const MARGIN = 6;
export const GAP = 4;
/** The least that a finger hits. */
export const TOUCH_HEIGHT = 30;

export const paperSkin = new Skin({ fill: "white" });
export const stripSkin = new Skin({ fill: TONE_COLORS });
export const buttonSkin = new Skin({ fill: BUTTON_FILLS });
export const barSkin = new Skin({ fill: "#eceef1" });
export const barFillSkin = new Skin({ fill: TINTS });

export const stripStyle = new Style({ font: BOLD, color: "white", horizontal: "left" });
export const stripRightStyle = new Style({ font: REGULAR, color: "white", horizontal: "right" });
export const buttonStyle = new Style({ font: BOLD, color: BUTTON_TEXTS, horizontal: "center" });
export const lineStyle = new Style({ font: REGULAR, color: TONE_COLORS, horizontal: "left" });
export const boldStyle = new Style({ font: BOLD, color: TONE_COLORS, horizontal: "left" });
export const rightStyle = new Style({ font: REGULAR, color: TONE_COLORS, horizontal: "right" });

/** One style a tone, for texts that mix them. */
export const blockStyles: readonly Style[] = TONE_COLORS.map(
	(color) => new Style({ font: REGULAR, color, horizontal: "left", leading: LINE_HEIGHT }),
);
export const sentStyle = new Style({
	font: REGULAR,
	color: "#1d4ed8",
	horizontal: "left",
	leading: LINE_HEIGHT,
});
