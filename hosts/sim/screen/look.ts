import type {} from "piu/MC";
import type { Tone } from "../words.js";

/** Grey: no power. Green: monitoring runs. Amber: the window is open. Red: look here. Black: all else. */
const TONE_COLORS: Readonly<Record<Tone, string>> = {
	off: "#5f6672",
	monitoring: "#16713a",
	window: "#a34a05",
	trouble: "#b91c1c",
	plain: "#1a1a1a",
};
/** The same, light enough to be written on. */
const TONE_TINTS: Readonly<Record<Tone, string>> = {
	off: "#d4d7dc",
	monitoring: "#8fdba9",
	window: "#fbc55c",
	trouble: "#f5a3a3",
	plain: "#b9d0f5",
};

/** States of a button; blue is what can be touched. */
export const BUTTON = Object.freeze({ ready: 0, pressed: 1, selected: 2, disabled: 3 } as const);
const BUTTON_FILLS: [string, ...string[]] = ["#1d4ed8", "#0b1f66", "#1a1a1a", "#e3e5e9"];
const BUTTON_TEXTS = ["white", "white", "white", "#7b818c"];

const REGULAR = "16px Open Sans";
const BOLD = "600 16px Open Sans";

/** From this width on a screen is wide: four buttons fit side by side. */
export const WIDE = 320;
export const LINE_HEIGHT = 20;
/** Of words that wrap: what the font takes. */
export const WRAPPED_LINE_HEIGHT = 22;
export const MARGIN = 6;
export const GAP = 3;
/** The least that a finger hits. */
export const TOUCH_HEIGHT = 30;

export const paperSkin = new Skin({ fill: "white" });
export const buttonSkin = new Skin({ fill: BUTTON_FILLS });
export const barSkin = new Skin({ fill: "#eceef1" });
// A table by tone: the colours of one skin or style are four at most, and there are five tones.
export const toneSkins = byTone((tone) => new Skin({ fill: TONE_COLORS[tone] }));
export const tintSkins = byTone((tone) => new Skin({ fill: TONE_TINTS[tone] }));

export const stripStyle = new Style({ font: BOLD, color: "white", horizontal: "left" });
export const stripRightStyle = new Style({ font: BOLD, color: "white", horizontal: "right" });
export const buttonStyle = new Style({ font: BOLD, color: BUTTON_TEXTS, horizontal: "center" });
export const rightStyle = new Style({ font: REGULAR, color: TONE_COLORS.plain, horizontal: "right" });
export const lineStyles = byTone(
	(tone) => new Style({ font: REGULAR, color: TONE_COLORS[tone], horizontal: "left" }),
);
export const sentStyle = new Style({ font: REGULAR, color: BUTTON_FILLS[0], horizontal: "left" });

function byTone<T>(make: (tone: Tone) => T): Readonly<Record<Tone, T>> {
	return {
		off: make("off"),
		monitoring: make("monitoring"),
		window: make("window"),
		trouble: make("trouble"),
		plain: make("plain"),
	};
}
