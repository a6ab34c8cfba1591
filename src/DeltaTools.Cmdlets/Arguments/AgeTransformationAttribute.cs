using System.Management.Automation;

namespace DeltaTools.Cmdlets.Arguments;

/// <summary>Makes a TimeSpan of <c>30m</c>, <c>12h</c>, <c>3d</c> and of what PowerShell knows as one.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class AgeTransformationAttribute : ArgumentTransformationAttribute
{
    public override object Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        Age.Parse(inputData is PSObject wrapped ? wrapped.BaseObject : inputData)
        ?? throw new ArgumentTransformationMetadataException($"'{inputData}' is no span of time. Give {Age.Spellings}.");
}
