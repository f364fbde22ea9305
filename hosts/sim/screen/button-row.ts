import type { Content } from "piu/MC";
import { type ButtonOptions, button } from "./button.js";
import { GAP, lineStyles, MARGIN, TOUCH_HEIGHT, WIDE } from "./look.js";

const CAPTION_WIDTH = 62;
/** On a screen that is not wide, so many buttons are side by side; the others go below. */
const NARROW_COLUMNS_MAX = 2;

export type RowButton = Omit<ButtonOptions, "left" | "top" | "width">;

/** Buttons of one width side by side, with a caption before them where there is one; `width` is the screen's. */
export function buttonRow({
	width,
	caption,
	buttons,
	columns = width >= WIDE ? buttons.length : Math.min(buttons.length, NARROW_COLUMNS_MAX),
}: {
	width: number;
	caption?: string;
	buttons: readonly RowButton[];
	columns?: number;
}): Content {
	const left = caption === undefined ? MARGIN : MARGIN + CAPTION_WIDTH;
	const rows = Math.ceil(buttons.length / columns);
	const buttonWidth = Math.floor((width - MARGIN - left - GAP * (columns - 1)) / columns);
	const contents = buttons.map((options, index) =>
		button({
			...options,
			left: left + (index % columns) * (buttonWidth + GAP),
			top: Math.floor(index / columns) * (TOUCH_HEIGHT + GAP),
			width: buttonWidth,
		}),
	);
	if (caption !== undefined)
		contents.unshift(
			new Label(null, {
				left: MARGIN,
				top: 0,
				width: CAPTION_WIDTH,
				height: TOUCH_HEIGHT,
				style: lineStyles.plain,
				string: caption,
			}),
		);
	return new Container(null, {
		left: 0,
		right: 0,
		top: GAP,
		height: rows * (TOUCH_HEIGHT + GAP) - GAP,
		contents,
	});
}
