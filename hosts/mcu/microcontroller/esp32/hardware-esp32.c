/*
	The ESP32's two watchdogs, of which the SDK's build enables neither (sdkconfig.defaults: no task watchdog, no interrupt
	watchdog). Registers: ESP32 Technical Reference Manual, "Watchdog Timers" and "Low-Power Management".

	Timer group 0's counts the quartz and is fed by marks. The RTC's counts an RC oscillator of its own, is started when
	hold is asserted and is never fed: it bites even where marks are written for ever. Both resets make every digital GPIO
	an input again, so that the resistors outside pull hold to its inactive level.
*/

#include "xsmc.h"
#include "xsHost.h"

#include "esp_system.h"
#include "esp_private/esp_clk.h"
#include "sdkconfig.h"
#include "soc/rtc_cntl_reg.h"
#include "soc/soc.h"
#include "soc/timer_group_reg.h"

#if !CONFIG_IDF_TARGET_ESP32
	#error "Expected the first ESP32: its successors' watchdogs have other registers"
#endif
#if CONFIG_ESP_TASK_WDT_EN
	#error "Expected no task watchdog: it is timer group 0's, as ours is"
#endif

#define kUnlock (0x50D83AA1)
#define kLock (0)
#define kResetSystem (3)
#define kResetSystemAndRtc (4)
/* The length of the reset pulse, 3.2 us. */
#define kResetLength (7)
/* The timer group counts half milliseconds: 80 MHz by 40,000. */
#define kTicksPerMs (2)
#define kPrescaler (40000)

void xs_update_window_start_watchdog(xsMachine *the)
{
	uint32_t timeoutMs = (uint32_t)xsmcToInteger(xsArg(0));

	REG_WRITE(TIMG_WDTWPROTECT_REG(0), kUnlock);
	REG_WRITE(TIMG_WDTCONFIG0_REG(0), 0);
	REG_WRITE(TIMG_WDTCONFIG1_REG(0), kPrescaler << TIMG_WDT_CLK_PRESCALE_S);
	REG_WRITE(TIMG_WDTCONFIG2_REG(0), timeoutMs * kTicksPerMs);
	REG_WRITE(TIMG_WDTFEED_REG(0), 1);
	REG_WRITE(TIMG_WDTCONFIG0_REG(0), TIMG_WDT_EN | (kResetSystem << TIMG_WDT_STG0_S)
		| (kResetLength << TIMG_WDT_CPU_RESET_LENGTH_S) | (kResetLength << TIMG_WDT_SYS_RESET_LENGTH_S));
	REG_WRITE(TIMG_WDTWPROTECT_REG(0), kLock);
}

void xs_update_window_feed_watchdog(xsMachine *the)
{
	REG_WRITE(TIMG_WDTWPROTECT_REG(0), kUnlock);
	REG_WRITE(TIMG_WDTFEED_REG(0), 1);
	REG_WRITE(TIMG_WDTWPROTECT_REG(0), kLock);
}

void xs_update_window_start_hold_limit(xsMachine *the)
{
	uint64_t limitUs = (uint64_t)xsmcToInteger(xsArg(0)) * 1000;
	/* The length of one tick in us, with 19 bits of fraction, as it was measured at boot. */
	uint32_t tickUs = esp_clk_slowclk_cal_get();
	uint64_t ticks;

	if (0 == tickUs)
		xsUnknownError("no slow clock");
	ticks = (limitUs << 19) / tickUs;
	if (ticks > UINT32_MAX)
		xsRangeError("limit too long");

	REG_WRITE(RTC_CNTL_WDTWPROTECT_REG, kUnlock);
	REG_WRITE(RTC_CNTL_WDTCONFIG0_REG, 0);
	REG_WRITE(RTC_CNTL_WDTCONFIG1_REG, (uint32_t)ticks);
	REG_WRITE(RTC_CNTL_WDTFEED_REG, RTC_CNTL_WDT_FEED);
	REG_WRITE(RTC_CNTL_WDTCONFIG0_REG, RTC_CNTL_WDT_EN | (kResetSystemAndRtc << RTC_CNTL_WDT_STG0_S)
		| (kResetLength << RTC_CNTL_WDT_CPU_RESET_LENGTH_S) | (kResetLength << RTC_CNTL_WDT_SYS_RESET_LENGTH_S));
	REG_WRITE(RTC_CNTL_WDTWPROTECT_REG, kLock);
}

void xs_update_window_stop_hold_limit(xsMachine *the)
{
	REG_WRITE(RTC_CNTL_WDTWPROTECT_REG, kUnlock);
	REG_WRITE(RTC_CNTL_WDTFEED_REG, RTC_CNTL_WDT_FEED);
	REG_WRITE(RTC_CNTL_WDTCONFIG0_REG, 0);
	REG_WRITE(RTC_CNTL_WDTWPROTECT_REG, kLock);
}

void xs_update_window_restart(xsMachine *the)
{
	esp_restart();
}
