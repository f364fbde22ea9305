import type { Container as PiuContainer, Content as PiuContent, Label as PiuLabel } from "piu/MC";
import type { SimView } from "../sim-model.js";
import {
	barSkin,
	LINE_HEIGHT,
	lineStyles,
	MARGIN,
	rightStyle,
	tintSkins,
	WRAPPED_LINE_HEIGHT,
} from "./look.js";
import { firstThatFits, widthOf } from "./text.js";

const BAR_HEIGHT = LINE_HEIGHT - 1;
const BAR_GAP = 1;
/** The bars of the page's height; an order with more elements shows its first ones. */
export const BARS_MAX = 4;
/** Above its letters the font has room to spare, below them a bar has none: so the text stands higher by this. */
const TEXT_TOP = BAR_HEIGHT - WRAPPED_LINE_HEIGHT;
const TEXT_INSET = 4;
/** Between the name and what is said of it. */
const TEXT_GAP = 4;

class BarBehavior extends Behavior {
	#index = 0;

	onCreate(_container: PiuContainer, { index }: { index: number }) {
		this.#index = index;
	}

	onView(container: PiuContainer, { bars }: SimView) {
		const bar = bars[this.#index];
		container.visible = bar !== undefined;
		if (!bar) return;
		const fill = container.content("fill") as PiuContent;
		const name = container.content("name") as PiuLabel;
		const text = container.content("text") as PiuLabel;
		if (fill.skin !== tintSkins[bar.tone]) fill.skin = tintSkins[bar.tone];
		// What went wrong is no progress, and is seen wherever it went wrong.
		const percent = bar.tone === "trouble" ? 100 : bar.percent;
		fill.width = Math.round((container.width * percent) / 100);
		const width = container.width - 2 * TEXT_INSET - TEXT_GAP;
		const nameWidth = Math.min(widthOf(bar.name, rightStyle), Math.floor(width / 2));
		// The space keeps the last glyph whole: a label is measured a little too narrow for it.
		const [whole, outcome] = [
			`${bar.text} `,
			`${bar.text.slice(bar.text.lastIndexOf(",") + 1).trimStart()} `,
		];
		const shown = firstThatFits([whole, outcome], rightStyle, width - nameWidth);
		if (name.string !== bar.name) name.string = bar.name;
		if (text.string !== shown) text.string = shown;
		// A label cuts off what does not fit and says so; where what is said is short, the name has the room.
		name.width = Math.max(0, width - widthOf(shown, rightStyle));
	}
}

/** One progress bar an element: its name, what it does, how far it is. */
export function bars(): PiuContent[] {
	return Array.from(
		{ length: BARS_MAX },
		(_, index) =>
			new Container(
				{ index },
				{
					left: MARGIN,
					right: MARGIN,
					top: BAR_GAP,
					height: BAR_HEIGHT,
					clip: true,
					skin: barSkin,
					visible: false,
					Behavior: BarBehavior,
					contents: [
						new Content(null, { name: "fill", left: 0, width: 0, top: 0, bottom: 0, skin: tintSkins.plain }),
						new Label(null, {
							name: "name",
							left: TEXT_INSET,
							width: 0,
							top: TEXT_TOP,
							height: WRAPPED_LINE_HEIGHT,
							style: lineStyles.plain,
							string: "",
						}),
						new Label(null, {
							name: "text",
							left: TEXT_INSET,
							right: TEXT_INSET,
							top: TEXT_TOP,
							height: WRAPPED_LINE_HEIGHT,
							style: rightStyle,
							string: "",
						}),
					],
				},
			),
	);
}
