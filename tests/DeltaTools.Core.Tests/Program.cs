using DeltaTools.Core.Tests.Tables;

namespace DeltaTools.Core.Tests;

/// <summary>The test assembly as a program: tests start it as another process that writes to a table, and sometimes kill it.</summary>
public static class Program
{
    public static Task<int> Main(string[] args) => OtherProcess.RunAsync(args);
}
