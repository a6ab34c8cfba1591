using System.Management.Automation;

namespace DeltaTools.Module.Tests.Harness;

/// <summary>The employees job through cmdlets, on whatever catalog is connected.</summary>
internal static class EmployeesJob
{
    private const string Schema =
        "employee_id int, sex string, forename string, surname string, department_id int, manager_id int, record_created date, record_last_updated date";

    private static readonly (long Inserted, long Updated, long Deleted)[] s_counts = [(5, 0, 0), (2, 1, 0), (3, 1, 1)];

    /// <summary>Makes the tables, runs the three days and checks what is told and what can be read.</summary>
    public static void Run(ModuleSession session)
    {
        session.Invoke($"New-IcebergTable hr.employee -Schema '{Schema}' | Out-Null");
        for (int day = 1; day <= 3; day++)
        {
            Import(session, day);
            PSObject merged = session.Single(Merge(day));
            Assert.Equal(s_counts[day - 1], ((long)Value(merged, "Inserted")!, (long)Value(merged, "Updated")!, (long)Value(merged, "Deleted")!));
        }
        Check(session);
    }

    public static void Import(ModuleSession session, int day) => session.Invoke(
        $"Import-Delta '{Repository.Root}/examples/employees-2021-01-0{day}.csv' -Table hr.raw_deltas -DateReceived 2021-01-0{day} | Out-Null");

    public static string Merge(int day) => $"Invoke-IcebergMerge hr.employee -Source hr.raw_deltas -Key employee_id -ReportDate 2021-01-0{day}";

    /// <summary>The table after day three, its history, and what it was before.</summary>
    public static void Check(ModuleSession session)
    {
        Assert.Equal("2 3 4 5 6 7 9 10 11", Keys(session, "Get-IcebergData hr.employee"));
        Assert.Equal("1 2 3 4 5 6 7", Keys(session, "Get-IcebergData hr.employee -ReportDate 2021-01-02"));
        Assert.Equal("1 2 3 4 5", Keys(session, "Get-IcebergData hr.employee -SnapshotId @(Get-IcebergHistory hr.employee)[-1].SnapshotId"));
        Assert.Equal("2021-01-03 2021-01-02 2021-01-01",
            string.Join(' ', session.Invoke("Get-IcebergHistory hr.employee | ForEach-Object { $_.ReportDate.ToString('yyyy-MM-dd') }")));
        PSObject lexie = session.Single("Get-IcebergData hr.employee -Filter 'employee_id = 5'");
        Assert.Equal((2, 18, new DateOnly(2021, 1, 1), new DateOnly(2021, 1, 2)),
            (Value(lexie, "department_id"), Value(lexie, "manager_id"), Value(lexie, "record_created"), Value(lexie, "record_last_updated")));
        Assert.Equal(13, session.Invoke("Get-IcebergData hr.raw_deltas").Count);
    }

    public static string Keys(ModuleSession session, string script) =>
        string.Join(' ', session.Invoke(script + " | ForEach-Object employee_id").Select(k => (int)k.BaseObject).Order());

    private static object? Value(PSObject item, string name) => item.Properties[name].Value;
}
