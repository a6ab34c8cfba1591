namespace DeltaTools.Core.Tests.Merge;

/// <summary>The three deltas of the employees job and the report that must come of them.</summary>
internal static class Tutorial
{
    public const string Schema =
        "employee_id int, sex string, forename string, surname string, department_id int, manager_id int, record_created date, record_last_updated date";

    private const string Header = "employee_id,sex,forename,surname,department_id,manager_id,record_deleted\n";

    public const string Day1 = Header +
        "1,M,Dexter,Mitchell,1,17,f\n2,F,Summer,Bennett,1,17,f\n3,M,Pip,Carter,1,17,f\n4,F,Bella,Long,1,17,f\n5,F,Lexie,Perry,,17,f\n";

    public const string Day2 = Header + "5,F,Lexie,Perry,2,18,f\n6,M,Robert,Roberts,1,17,f\n7,F,Iris,Alexander,1,17,f\n";

    public const string Day3 = Header +
        "1,M,Dexter,Mitchell,1,17,t\n7,F,Iris,Alexander,2,5,f\n9,M,Evan,Carter,2,5,f\n10,F,Lauren,Powell,2,5,f\n11,F,Alice,James,2,5,f\n";

    public static readonly string[] Report1 =
    [
        "1|M|Dexter|Mitchell|1|17|2021-01-01|2021-01-01", "2|F|Summer|Bennett|1|17|2021-01-01|2021-01-01",
        "3|M|Pip|Carter|1|17|2021-01-01|2021-01-01", "4|F|Bella|Long|1|17|2021-01-01|2021-01-01",
        "5|F|Lexie|Perry|NULL|17|2021-01-01|2021-01-01",
    ];

    public static readonly string[] Report2 =
    [
        "1|M|Dexter|Mitchell|1|17|2021-01-01|2021-01-01", "2|F|Summer|Bennett|1|17|2021-01-01|2021-01-01",
        "3|M|Pip|Carter|1|17|2021-01-01|2021-01-01", "4|F|Bella|Long|1|17|2021-01-01|2021-01-01",
        "5|F|Lexie|Perry|2|18|2021-01-01|2021-01-02", "6|M|Robert|Roberts|1|17|2021-01-02|2021-01-02",
        "7|F|Iris|Alexander|1|17|2021-01-02|2021-01-02",
    ];

    public static readonly string[] Report3 =
    [
        "10|F|Lauren|Powell|2|5|2021-01-03|2021-01-03", "11|F|Alice|James|2|5|2021-01-03|2021-01-03",
        "2|F|Summer|Bennett|1|17|2021-01-01|2021-01-01", "3|M|Pip|Carter|1|17|2021-01-01|2021-01-01",
        "4|F|Bella|Long|1|17|2021-01-01|2021-01-01", "5|F|Lexie|Perry|2|18|2021-01-01|2021-01-02",
        "6|M|Robert|Roberts|1|17|2021-01-02|2021-01-02", "7|F|Iris|Alexander|2|5|2021-01-02|2021-01-03",
        "9|M|Evan|Carter|2|5|2021-01-03|2021-01-03",
    ];

    /// <summary>A warehouse in which the three deltas were imported and merged, each on its day.</summary>
    public static async Task<Warehouse> ThroughDay3Async(int formatVersion)
    {
        Warehouse warehouse = await Warehouse.OpenAsync();
        await warehouse.CreateReportAsync(Schema, formatVersion);
        foreach ((string delta, string date) in new[] { (Day1, "2021-01-01"), (Day2, "2021-01-02"), (Day3, "2021-01-03") })
        {
            await warehouse.ImportAsync(delta, date);
            await warehouse.MergeAsync(date);
        }
        return warehouse;
    }
}
