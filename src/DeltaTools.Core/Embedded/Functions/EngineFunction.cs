using DuckDB.NET.Native;
using Native = DuckDB.NET.Native.NativeMethods.ScalarFunction;

namespace DeltaTools.Core.Embedded.Functions;

/// <summary>A function of ours that the engine calls for chunks of rows, from any of its threads.</summary>
internal static unsafe class EngineFunction
{
    public static void Register(
        DuckConnection connection, string name, DuckDBType parameter, DuckDBType result, delegate* unmanaged[Cdecl]<nint, nint, nint, void> function)
    {
        nint made = Native.DuckDBCreateScalarFunction();
        try
        {
            Native.DuckDBScalarFunctionSetName(made, name);
            using DuckDBLogicalType input = NativeMethods.LogicalType.DuckDBCreateLogicalType(parameter);
            using DuckDBLogicalType output = NativeMethods.LogicalType.DuckDBCreateLogicalType(result);
            Native.DuckDBScalarFunctionAddParameter(made, input);
            Native.DuckDBScalarFunctionSetReturnType(made, output);
            Native.DuckDBScalarFunctionSetFunction(made, function);
            if (!Native.DuckDBRegisterScalarFunction(connection.Native, made).IsSuccess())
                throw new IcebergException(IcebergErrorKind.QueryFailed, $"The embedded engine does not take the function {name}.");
        }
        finally
        {
            Native.DuckDBDestroyScalarFunction(ref made);
        }
    }
}
