import type { TargetImage } from "../elements/element.js";
import { ElementError } from "../elements/element-error.js";
import { ImagePump } from "../elements/image-pump.js";
import { ModemFile } from "../elements/modem-file.js";
import type { ImageSource } from "../images/image-source.js";
import type { Clock } from "../io/clock.js";
import type { NewDigest } from "../io/digest.js";
import type { DeviceServices } from "../modem/device-services.js";
import type { Indication } from "../modem/indication.js";
import type { ImageFile } from "../order/order-elements.js";
import type { MemberState } from "../set/element-set.js";
import type { WindowModem } from "./window-order.js";

/** Opens the file that an order names; undefined where the product does not have it. */
export type OpenImage = (file: ImageFile) => ImageSource | undefined;

export interface HandOverOptions {
	clock: Clock;
	openImage: OpenImage;
	newDigest?: NewDigest | undefined;
}

/** Something that goes on and can be ended; then its `done` is not called any more. */
export interface Ending {
	cancel(): void;
}

/** A file on its way to the modem, which hears what the modem says. */
export interface ModemTransfer extends Ending {
	hear(indication: Indication): void;
}

type Done = (error: ElementError | undefined) => void;
type OnPercent = (percent: number) => void;

/** Carries the images that an order names from the product's storage to the elements. */
export class HandOver {
	readonly #options: HandOverOptions;

	constructor(options: HandOverOptions) {
		this.#options = options;
	}

	/** To an element beside the modem; it ends with a candidate. */
	toElement({ member }: MemberState, onPercent: OnPercent, done: Done): Ending {
		const { element, image, file } = member;
		const source = file && this.#options.openImage(file);
		if (!source) return this.#missing(element.name, file, done);
		const { clock, newDigest } = this.#options;
		const pump = new ImagePump({
			element: element.name,
			source,
			sink: element,
			image,
			clock,
			newDigest,
			onProgress: onPercent,
		});
		pump.run(done);
		return pump;
	}

	/** To the modem, once more in smaller blocks where its firmware has to have them. */
	toModem(services: DeviceServices, modem: WindowModem, onPercent: OnPercent, done: Done): ModemTransfer {
		const { clock, openImage, newDigest } = this.#options;
		const { element, file, to, sizeBytes } = modem;
		const sink = new ModemFile({ services, clock, name: element });
		let going: Ending | undefined;
		const attempt = (): void => {
			const source = file && openImage(file);
			if (!file || !source) {
				going = this.#missing(element, file, done);
				return;
			}
			const image: TargetImage = { version: to, sizeBytes, sha256: file.sha256, hash: file.sha256 };
			const pump = new ImagePump({
				element,
				source,
				sink,
				image,
				clock,
				newDigest,
				onProgress: onPercent,
			});
			going = pump;
			pump.run((error) => {
				if (error && sink.retry) attempt();
				else done(error);
			});
		};
		attempt();
		return { cancel: () => going?.cancel(), hear: (indication) => sink.receive(indication) };
	}

	/** By a timer, for no callback may come while the call runs. */
	#missing(element: string, file: ImageFile | undefined, done: Done): Ending {
		const { clock } = this.#options;
		const message = `Expected the image ${file?.image ?? ""} in the product's storage, got none`;
		const timer = clock.setTimeout(() => done(new ElementError(element, "no-image", message)), 0);
		return { cancel: () => clock.clearTimeout(timer) };
	}
}
