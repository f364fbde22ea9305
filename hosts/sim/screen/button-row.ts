import type { Content } from "piu/MC";
import { type ButtonOptions, button } from "./button.js";
import { GAP, lineStyles, MARGIN, TOUCH_HEIGHT } from "./look.js";

const SCREEN_WIDTH = 320;
const CAPTION_WIDTH = 62;

export type RowButton = Omit<ButtonOptions, "left" | "top" | "width">;

/** Buttons of one width side by side, with a caption before them where there is one. */
export function buttonRow({
	top,
	caption,
	buttons,
}: {
	top: number;
	caption?: string;
	buttons: readonly RowButton[];
}): Content[] {
	const left = caption === undefined ? MARGIN : MARGIN + CAPTION_WIDTH;
	const room = SCREEN_WIDTH - MARGIN - left;
	const width = Math.floor((room - GAP * (buttons.length - 1)) / buttons.length);
	const row = buttons.map((options, index) =>
		button({ ...options, top, left: left + index * (width + GAP), width }),
	);
	if (caption === undefined) return row;
	const label = new Label(null, {
		left: MARGIN,
		top,
		width: CAPTION_WIDTH,
		height: TOUCH_HEIGHT,
		style: lineStyles.plain,
		string: caption,
	});
	return [label, ...row];
}
