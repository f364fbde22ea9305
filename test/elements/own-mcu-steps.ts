import type { Element, ElementImage, ElementStatus } from "../../modules/elements/element.js";
import type { ElementError } from "../../modules/elements/element-error.js";
import type { OwnImage } from "./own-images.js";

/** The verbs of an element that is done at once, with their answers as values. */
export class Steps {
	readonly #element: Element;

	constructor(element: Element) {
		this.#element = element;
	}

	query(): ElementStatus {
		let answer: ElementStatus | undefined;
		let failure: ElementError | undefined;
		this.#element.query((error, status) => {
			failure = error;
			answer = status;
		});
		if (!answer) throw failure ?? new Error("Expected an answer at once");
		return answer;
	}

	/** Start, every block, finish; the first error ends it. */
	stage({ bytes, target }: OwnImage): ElementError | undefined {
		let from = 0;
		let failed = this.#did((done) =>
			this.#element.start(target, (error, offsetBytes) => {
				from = offsetBytes;
				done(error);
			}),
		);
		for (const size = this.#element.blockBytes; !failed && from < bytes.length; from += size) {
			const at = from;
			failed = this.#did((done) => this.#element.write(at, bytes.subarray(at, at + size), done));
		}
		return failed ?? this.#did((done) => this.#element.finish(done));
	}

	install({ target }: OwnImage): ElementError | undefined {
		return this.#did((done) => this.#element.install(target, done));
	}

	accept({ target }: OwnImage): ElementError | undefined {
		return this.#did((done) => this.#element.accept(target, done));
	}

	reject(old: ElementImage): ElementError | undefined {
		return this.#did((done) => this.#element.reject(old, done));
	}

	clean(): ElementError | undefined {
		return this.#did((done) => this.#element.clean(done));
	}

	#did(call: (done: (error: ElementError | undefined) => void) => void): ElementError | undefined {
		let answers = 0;
		let failure: ElementError | undefined;
		call((error) => {
			answers++;
			failure = error;
		});
		if (answers !== 1) throw new Error(`Expected one answer at once, got ${answers}`);
		return failure;
	}
}
