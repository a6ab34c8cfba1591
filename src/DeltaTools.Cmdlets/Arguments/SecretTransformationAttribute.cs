using System.Management.Automation;
using System.Net;
using System.Security;

namespace DeltaTools.Cmdlets.Arguments;

/// <summary>Takes a secret as SecureString or as text.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SecretTransformationAttribute : ArgumentTransformationAttribute
{
    public override object? Transform(EngineIntrinsics engineIntrinsics, object inputData) =>
        (inputData is PSObject wrapped ? wrapped.BaseObject : inputData) switch
        {
            SecretText secret => secret,
            SecureString secure => new SecretText(new NetworkCredential("", secure).Password),
            string text => new SecretText(text),
            null => null,
            // The message must not show the value.
            var other => throw new ArgumentTransformationMetadataException($"Give a SecureString or text, not {other.GetType().Name}."),
        };
}
