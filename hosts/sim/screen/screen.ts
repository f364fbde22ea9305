import type { Application as PiuApplication, Container as PiuContainer, Label as PiuLabel } from "piu/MC";
import type { SimModel, SimView } from "../sim-model.js";
import {
	BUTTON,
	buttonSkin,
	buttonStyle,
	MARGIN,
	paperSkin,
	stripRightStyle,
	stripStyle,
	TOUCH_HEIGHT,
	toneSkins,
	WIDE,
} from "./look.js";
import { PAGES, type Page } from "./pages.js";
import { firstThatFits, widthOf } from "./text.js";

const STRIP_HEIGHT = 28;
const TIME_WIDTH = 76;
const TICK_MS = 100;
/** `2026-01-01 00:10:53`: the time begins here. */
const TIME_AT = 11;

class StripBehavior extends Behavior {
	onView(strip: PiuContainer, { headline, clock }: SimView) {
		const state = strip.content("state") as PiuLabel;
		const time = strip.content("time") as PiuLabel;
		const skin = toneSkins[headline.tone];
		if (strip.skin !== skin) strip.skin = skin;
		const { text } = headline;
		const width = strip.width - 2 * MARGIN;
		const shorter = text.replace("Window open: ", "Open: ");
		const words = firstThatFits([text, shorter, text.slice(0, text.indexOf(":"))], stripStyle, width);
		if (state.string !== words) state.string = words;
		// The space keeps the last glyph whole: a label is measured a little too narrow for it.
		const shown = `${clock.length > TIME_AT ? clock.slice(TIME_AT) : clock} `;
		if (time.string !== shown) time.string = shown;
		// The state comes first: the time gives way to it, and a narrow screen has no room for both.
		time.visible = strip.width >= WIDE && widthOf(words, stripStyle) <= width - TIME_WIDTH;
	}
}

class TabBehavior extends Behavior {
	#page!: Page;

	onCreate(_tab: PiuLabel, page: Page) {
		this.#page = page;
	}

	onPage(tab: PiuLabel, page: Page) {
		tab.state = page === this.#page ? BUTTON.selected : BUTTON.ready;
	}

	onTouchBegan(tab: PiuLabel) {
		tab.bubble("onShow", this.#page);
	}
}

/** Holds the model: what a button does to it, what time does to it, and what is drawn of it. */
class ScreenBehavior extends Behavior {
	#model!: SimModel;

	onCreate(_application: PiuApplication, model: SimModel) {
		this.#model = model;
	}

	onDisplaying(application: PiuApplication) {
		application.add(tabs(application.width));
		this.onShow(application, PAGES[0]!);
		application.interval = TICK_MS;
		application.start();
	}

	onTimeChanged(application: PiuApplication) {
		this.#model.tick(TICK_MS);
		this.#draw(application);
	}

	onAct(application: PiuApplication, act: (model: SimModel) => void) {
		act(this.#model);
		this.#draw(application);
	}

	onShow(application: PiuApplication, page: Page) {
		const holder = application.content("page") as PiuContainer;
		holder.empty();
		holder.add(page.content(application.width));
		application.distribute("onPage", page);
		this.#draw(application);
	}

	#draw(application: PiuApplication) {
		application.distribute("onView", this.#model.view);
	}
}

/** The whole screen, from 240 pixels on either way: the product in a strip, a page, the tabs. */
export function screenOf(model: SimModel): PiuApplication {
	return new Application(model, {
		displayListLength: 16_384,
		commandListLength: 16_384,
		touchCount: 1,
		skin: paperSkin,
		Behavior: ScreenBehavior,
		contents: [
			new Container(null, {
				left: 0,
				right: 0,
				top: 0,
				height: STRIP_HEIGHT,
				skin: toneSkins.off,
				Behavior: StripBehavior,
				contents: [
					new Label(null, {
						name: "state",
						left: MARGIN,
						right: MARGIN,
						height: STRIP_HEIGHT,
						style: stripStyle,
						string: "",
					}),
					new Label(null, {
						name: "time",
						right: 0,
						width: TIME_WIDTH,
						height: STRIP_HEIGHT,
						style: stripRightStyle,
						string: "",
					}),
				],
			}),
			new Container(null, {
				name: "page",
				left: 0,
				right: 0,
				top: STRIP_HEIGHT,
				bottom: TOUCH_HEIGHT,
				clip: true,
			}),
		],
	});
}

function tabs(width: number): PiuContainer {
	let left = 0;
	const contents = PAGES.map((page) => {
		const tabWidth = Math.round(page.tabShare * width);
		const tab = new Label(page, {
			left,
			width: tabWidth - 1,
			top: 0,
			bottom: 0,
			active: true,
			skin: buttonSkin,
			style: buttonStyle,
			string: width >= WIDE ? page.name : page.shortName,
			Behavior: TabBehavior,
		});
		left += tabWidth;
		return tab;
	});
	return new Container(null, { left: 0, right: 0, bottom: 0, height: TOUCH_HEIGHT, contents });
}
