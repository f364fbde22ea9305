/*
	The RP2040's watchdog counts 8.3 s at most, for it counts twice a microsecond (data sheet, "Watchdog", and erratum
	RP2040-E1). So an alarm's interrupt reloads it, a bounded number of times: a mark that was read back makes the number
	whole again, and nothing else does. While hold is asserted a second number counts down, which nothing makes whole.
	With either at its end the watchdog is left alone and bites; so it is where the interrupt does not come.

	The reset makes every pin an input with its pull-down on (data sheet, "Pads"), so that hold falls.
*/

#include "xsmc.h"
#include "xsHost.h"

#include "hardware/structs/vreg_and_chip_reset.h"
#include "hardware/timer.h"
#include "hardware/watchdog.h"

#if USE_WATCHDOG
	#error "Expected the SDK to leave the watchdog alone: its loop would feed it for ever"
#endif

#define kWatchdogMs (8000)
#define kReloadMs (2000)

/* As in pico-reset-cause.ts. */
enum {
	kResetOther = 0,
	kResetPowerOn,
	kResetExternal,
	kResetSoftware,
	kResetWatchdog
};

static volatile uint32_t gReloads;
static volatile uint32_t gReloadsLeft;
static volatile uint32_t gHoldReloadsLeft;
static volatile uint8_t gHoldIsLimited;

/* Reloads that make `ms`, at most; the watchdog's own time comes after the last one. */
static uint32_t reloadsOf(uint32_t ms)
{
	return (ms > kWatchdogMs) ? (ms - kWatchdogMs) / kReloadMs : 0;
}

static void reload(uint alarm)
{
	if (0 == gReloadsLeft)
		return;
	if (gHoldIsLimited) {
		if (0 == gHoldReloadsLeft)
			return;
		gHoldReloadsLeft--;
	}
	gReloadsLeft--;
	watchdog_update();
	/* True says that the time is over already; it is not, 2 s ahead. Were it, the watchdog would bite. */
	(void)hardware_alarm_set_target(alarm, make_timeout_time_ms(kReloadMs));
}

void xs_update_window_start_watchdog(xsMachine *the)
{
	int alarm = hardware_alarm_claim_unused(false);
	if (alarm < 0)
		xsUnknownError("no alarm");

	gReloads = reloadsOf((uint32_t)xsmcToInteger(xsArg(0)));
	gReloadsLeft = gReloads;
	hardware_alarm_set_callback((uint)alarm, reload);
	watchdog_enable(kWatchdogMs, true);
	(void)hardware_alarm_set_target((uint)alarm, make_timeout_time_ms(kReloadMs));
}

void xs_update_window_feed_watchdog(xsMachine *the)
{
	gReloadsLeft = gReloads;
}

void xs_update_window_start_hold_limit(xsMachine *the)
{
	gHoldReloadsLeft = reloadsOf((uint32_t)xsmcToInteger(xsArg(0)));
	gHoldIsLimited = 1;
}

void xs_update_window_stop_hold_limit(xsMachine *the)
{
	gHoldIsLimited = 0;
}

void xs_update_window_restart(xsMachine *the)
{
	watchdog_reboot(0, 0, 0);
	while (1)
		;
}

/* Data sheet, "Watchdog", REASON, which a reset of the chip clears; and "Chip-Level Reset", CHIP_RESET. */
void xs_update_window_reset_cause(xsMachine *the)
{
	uint32_t reason = watchdog_hw->reason;
	uint32_t chip = vreg_and_chip_reset_hw->chip_reset;
	int cause = kResetOther;

	if (reason & WATCHDOG_REASON_TIMER_BITS)
		cause = kResetWatchdog;
	else if (reason & WATCHDOG_REASON_FORCE_BITS)
		cause = kResetSoftware;
	else if (chip & VREG_AND_CHIP_RESET_CHIP_RESET_HAD_PSM_RESTART_BITS)
		cause = kResetOther;
	else if (chip & VREG_AND_CHIP_RESET_CHIP_RESET_HAD_RUN_BITS)
		cause = kResetExternal;
	else if (chip & VREG_AND_CHIP_RESET_CHIP_RESET_HAD_POR_BITS)
		cause = kResetPowerOn;
	xsmcSetInteger(xsResult, cause);
}
