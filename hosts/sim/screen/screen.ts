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
} from "./look.js";
import { PAGES, type Page } from "./pages.js";

const WIDTH = 320;
const HEIGHT = 240;
const STRIP_HEIGHT = 28;
const TIME_WIDTH = 72;
const TICK_MS = 100;
/** `2026-01-01 00:10:53`: the time begins here. */
const TIME_AT = 11;

class StripBehavior extends Behavior {
	onView(strip: PiuContainer, { headline, clock }: SimView) {
		const state = strip.content("state") as PiuLabel;
		const time = strip.content("time") as PiuLabel;
		const skin = toneSkins[headline.tone];
		if (strip.skin !== skin) strip.skin = skin;
		if (state.string !== headline.text) state.string = headline.text;
		const shown = clock.length > TIME_AT ? clock.slice(TIME_AT) : clock;
		if (time.string !== shown) time.string = shown;
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
		for (const content of page.contents()) holder.add(content);
		application.distribute("onPage", page);
		this.#draw(application);
	}

	#draw(application: PiuApplication) {
		application.distribute("onView", this.#model.view);
	}
}

/** The whole screen, 320 by 240: the product in a strip, a page, the tabs. */
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
				width: WIDTH,
				top: 0,
				height: STRIP_HEIGHT,
				skin: toneSkins.off,
				Behavior: StripBehavior,
				contents: [
					new Label(null, {
						name: "state",
						left: MARGIN,
						height: STRIP_HEIGHT,
						style: stripStyle,
						string: "",
					}),
					new Label(null, {
						name: "time",
						right: MARGIN,
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
				width: WIDTH,
				top: STRIP_HEIGHT,
				height: HEIGHT - STRIP_HEIGHT - TOUCH_HEIGHT,
				clip: true,
			}),
			...PAGES.map(
				(page, index) =>
					new Label(page, {
						left: PAGES.slice(0, index).reduce((left, { tabWidth }) => left + tabWidth, 0),
						width: page.tabWidth - 1,
						top: HEIGHT - TOUCH_HEIGHT,
						height: TOUCH_HEIGHT,
						active: true,
						skin: buttonSkin,
						style: buttonStyle,
						string: page.name,
						Behavior: TabBehavior,
					}),
			),
		],
	});
}
