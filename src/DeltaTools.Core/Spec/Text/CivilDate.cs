namespace DeltaTools.Core.Spec.Text;

/// <summary>Days from 1970-01-01 and the proleptic Gregorian calendar, for every year an <c>int</c> of days can reach
/// (<see cref="DateOnly"/> ends at the years 1 and 9999).</summary>
public readonly record struct CivilDate(long Year, int Month, int Day)
{
    private const int DaysPer400Years = 146097;

    // From 0000-03-01, the start of a 400-year cycle counted in years that begin in March, to 1970-01-01.
    private const int ToEpoch = 719468;

    public static CivilDate FromDays(long days)
    {
        long shifted = days + ToEpoch;
        long cycle = Math.DivRem(shifted, DaysPer400Years, out long dayOfCycle);
        if (dayOfCycle < 0)
        {
            cycle--;
            dayOfCycle += DaysPer400Years;
        }
        long yearOfCycle = (dayOfCycle - dayOfCycle / 1460 + dayOfCycle / 36524 - dayOfCycle / 146096) / 365;
        long dayOfYear = dayOfCycle - (365 * yearOfCycle + yearOfCycle / 4 - yearOfCycle / 100);
        long monthFromMarch = (5 * dayOfYear + 2) / 153;
        int day = (int)(dayOfYear - (153 * monthFromMarch + 2) / 5) + 1;
        int month = (int)(monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9);
        return new(yearOfCycle + cycle * 400 + (month <= 2 ? 1 : 0), month, day);
    }

    /// <summary>Days from 1970-01-01.</summary>
    public long ToDays()
    {
        long year = Month <= 2 ? Year - 1 : Year;
        long cycle = year >= 0 ? year / 400 : (year - 399) / 400;
        long yearOfCycle = year - cycle * 400;
        long dayOfYear = (153 * (Month > 2 ? Month - 3 : Month + 9) + 2) / 5 + Day - 1;
        return cycle * DaysPer400Years + yearOfCycle * 365 + yearOfCycle / 4 - yearOfCycle / 100 + dayOfYear - ToEpoch;
    }

    /// <summary>Whether the calendar has such a day.</summary>
    public bool Exists => Month is >= 1 and <= 12 && Day >= 1 && Day <= Month switch
    {
        2 => Year % 4 == 0 && (Year % 100 != 0 || Year % 400 == 0) ? 29 : 28,
        4 or 6 or 9 or 11 => 30,
        _ => 31,
    };
}
