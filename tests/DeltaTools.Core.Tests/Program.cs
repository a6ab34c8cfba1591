using DeltaTools.Core.Tests.Fuzz;
using DeltaTools.Core.Tests.Interop;
using DeltaTools.Core.Tests.Maintenance;
using DeltaTools.Core.Tests.Tables;

namespace DeltaTools.Core.Tests;

/// <summary>The test assembly as a program: tests start it as another process that writes to a table, and sometimes kill it; and
/// <c>tests/Interop</c> lets it write the tables that it reads. The fuzz test wants one whose memory it can limit.</summary>
public static class Program
{
    public static Task<int> Main(string[] args) => args switch
    {
        ["interop", string folder] => InteropProgram.RunAsync(folder),
        [OtherWarehouse.Verb, .. string[] work] => OtherWarehouse.RunAsync(work),
        ["fuzz"] => FuzzProgram.RunAsync(),
        _ => OtherProcess.RunAsync(args),
    };
}
