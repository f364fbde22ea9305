/** The bounds of a ModemFile besides those of the transfer itself; every one of them can be given to its constructor. */
export interface ModemFileLimits {
	/** From the acknowledged end of the file to the modem's `OK`. */
	resultMs: number;
	/** From `OK` until the modem holds the package: `+WDSI: 3`, or `AT+WDSG` saying so. */
	packageMs: number;
	/** How often `AT+WDSG` asks for it. */
	statusEveryMs: number;
	/** The slowest transfer that is worth going on with; published logs show 8 kB/s in blocks of 128 bytes. */
	bytesPerSecondMin: number;
	/** What a transfer may take on top of that. */
	extraMs: number;
}

/** What the modem does with a file between its end and `OK` is not published; scripts wait 5 to 30 s. */
export const MODEM_FILE_LIMITS: Readonly<ModemFileLimits> = Object.freeze({
	resultMs: 60_000,
	packageMs: 30_000,
	statusEveryMs: 2_000,
	bytesPerSecondMin: 2_000,
	extraMs: 120_000,
});
