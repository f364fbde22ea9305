import type { Container as PiuContainer, Content as PiuContent, Label as PiuLabel } from "piu/MC";
import type { SimView } from "../sim-model.js";
import { barSkin, LINE_HEIGHT, lineStyles, MARGIN, rightStyle, tintSkins } from "./look.js";

const BAR_HEIGHT = LINE_HEIGHT - 1;
const BAR_GAP = 1;
/** The bars of the page's height; an order with more elements shows its first ones. */
export const BARS_MAX = 4;
const TEXT_INSET = 4;

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
		fill.width = Math.round((container.width * bar.percent) / 100);
		if (name.string !== bar.name) name.string = bar.name;
		// The space keeps the last glyph whole: a label is measured a little too narrow for it.
		const shown = `${bar.text} `;
		if (text.string !== shown) text.string = shown;
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
							right: TEXT_INSET,
							height: BAR_HEIGHT,
							style: lineStyles.plain,
							string: "",
						}),
						new Label(null, {
							name: "text",
							left: TEXT_INSET,
							right: TEXT_INSET,
							height: BAR_HEIGHT,
							style: rightStyle,
							string: "",
						}),
					],
				},
			),
	);
}
