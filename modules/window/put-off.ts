import type { DeviceServices } from "../modem/device-services.js";
import { DELAY_MINUTES_MAX } from "../modem/profiles.js";
import type { Request } from "../modem/requests.js";
import type { ProductEvent } from "./events.js";

/** What the modem takes when it is given no delay (reference, section 1.7). */
const DELAY_MINUTES_DEFAULT = 30;

/**
 * Puts a request off for as long as the modem takes, and says so. A modem that refuses the long delay gets its default.
 * `done` is told whether the modem took one of them: then the request stands and waits for its answer.
 */
export function delayRequest(
	services: DeviceServices,
	request: Request,
	emit: (event: ProductEvent) => void,
	done: (isPutOff: boolean) => void = () => {},
): void {
	const said = (minutes: number): void => {
		emit({ event: "refused", request, by: "delay", minutes });
		done(true);
	};
	const ask = (minutes: number, refused: () => void): void =>
		services.delay(request, minutes, (ok) => (ok ? said(minutes) : refused()));
	ask(DELAY_MINUTES_MAX, () => ask(DELAY_MINUTES_DEFAULT, () => done(false)));
}
