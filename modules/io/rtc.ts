/** An ECMA-419 real-time clock (ECMA-419 2nd edition, section 17, RTC class pattern). */
export interface Rtc {
	/** Milliseconds since 1970-01-01 UTC; undefined where the clock is not to be trusted (oscillator stopped). */
	time: number | undefined;
}
