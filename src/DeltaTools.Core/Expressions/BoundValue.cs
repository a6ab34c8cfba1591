using System.Text.Unicode;
using DeltaTools.Core.Spec;
using DeltaTools.Core.Spec.Values;

namespace DeltaTools.Core.Expressions;

/// <summary>Reads bounds from their binary form for pruning.</summary>
internal static class BoundValue
{
    /// <returns>
    /// The value in physical form; null when there is none or it does not fit the type: a bound is a hint, so a bad one is as good as none.
    /// </returns>
    public static object? Read(byte[]? bytes, IcebergType type)
    {
        if (bytes is null || type is not PrimitiveType || type.Id is TypeId.Unknown or TypeId.Geometry or TypeId.Geography) return null;
        // Text that was cut inside a character must not be read: the character that replaces the rest sorts elsewhere.
        if (type.Id == TypeId.String && !Utf8.IsValid(bytes)) return null;
        try
        {
            return SingleValue.FromBytes(type, bytes);
        }
        catch (IcebergException)
        {
            return null;
        }
    }
}
