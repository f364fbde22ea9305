/** One digital line. After a reset the GPIO is an input, and a resistor outside pulls the line to its inactive level. */
export interface Line {
	readonly pin: number;
	/** The level that means yes. */
	readonly active: "high" | "low";
}

/** What is connected where: the one place of a board that names pins. */
export interface Wiring {
	readonly modem: {
		/** The MCU's own transmit and receive. */
		readonly transmit: number;
		readonly receive: number;
		/** The number of the UART, where the pins do not tell it. */
		readonly port?: number;
		/** The modem's RTS input, held active: it says nothing while that floats. Its resistor pulls it to active, too. */
		readonly requestToSend: Line;
		/** Starts the modem. It runs on when the line falls, so that a restart of the MCU does not cut an install off. */
		readonly powerKey: Line;
	};
	/** The RTC's I2C. */
	readonly clock: { readonly data: number; readonly clock: number; readonly port?: number };
	/** Keeps monitoring back. */
	readonly hold: Line;
	/** Do not switch off now. */
	readonly updating: Line;
	/** The supply fails: active while it does. */
	readonly powerFail: Line;
}

/** Every pin that is used, by what it is used for. */
export function pinsOf({ modem, clock, ...lines }: Wiring): Record<string, number> {
	const { transmit, receive, requestToSend, powerKey } = modem;
	const pins: Record<string, number> = { transmit, receive, data: clock.data, clock: clock.clock };
	for (const [name, { pin }] of Object.entries({ requestToSend, powerKey, ...lines })) pins[name] = pin;
	return pins;
}
